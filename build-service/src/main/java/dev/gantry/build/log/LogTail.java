package dev.gantry.build.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the log of one build from its beginning, as far as it is written. Not thread-safe. */
public final class LogTail implements AutoCloseable {
  private static final int BUFFER_BYTES = 32 * 1024;

  private final Path file;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private @Nullable InputStream in;
  private int at;
  private int end;

  LogTail(Path file) {
    this.file = file;
  }

  /** The next whole line; empty when none is there now. */
  public Optional<LogLine> next() throws IOException {
    while (true) {
      while (at < end) {
        byte b = buffer[at++];
        if (b == '\n') {
          String json = partial.toString(StandardCharsets.UTF_8);
          partial.reset();
          return Optional.of(BuildLogs.JSON.readValue(json, LogLine.class));
        }
        partial.write(b);
      }
      if (!fill()) {
        return Optional.empty();
      }
    }
  }

  private boolean fill() throws IOException {
    if (in == null) {
      try {
        in = Files.newInputStream(file);
      } catch (NoSuchFileException e) {
        return false;
      }
    }
    int count = in.read(buffer);
    at = 0;
    end = Math.max(count, 0);
    return count > 0;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
  }
}
