package dev.gantry.linux.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * This start of the system. Process numbers and start times say nothing of another one. Source:
 * random(4), {@code boot_id}.
 */
public final class Boot {
  private static final Path ID = Path.of("/proc/sys/kernel/random/boot_id");

  private Boot() {}

  /** A UUID, the same until the system is started anew. */
  public static String id() {
    return Known.ID;
  }

  /** Loaded when first asked for. */
  private static final class Known {
    static final String ID = read();

    private static String read() {
      try {
        return Files.readString(Boot.ID).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
