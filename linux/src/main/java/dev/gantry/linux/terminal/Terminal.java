package dev.gantry.linux.terminal;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.util.Optional;

/** A terminal that this process has inherited. */
public final class Terminal {
  private static final long TIOCGWINSZ = 0x5413;
  private static final int TCSADRAIN = 1;
  private static final int TERMIOS_BYTES = 128; // struct termios has 60
  private static final int WINSIZE_BYTES = 8;

  private final int fd;

  private Terminal(int fd) {
    this.fd = fd;
  }

  /** How much it shows, in characters. */
  public record Size(int rows, int columns) {}

  /** A terminal that passes everything on as it is; closing restores what it was. */
  public interface Raw extends AutoCloseable {
    @Override
    void close();
  }

  /** The terminal behind a descriptor; empty when there is something else. */
  public static Optional<Terminal> of(int fd) {
    return Calls.isatty(fd) == 1 ? Optional.of(new Terminal(fd)) : Optional.empty();
  }

  /** Its present size. */
  public Size size() throws LinuxException {
    try (Memory size = new Memory(WINSIZE_BYTES)) {
      Libc.check("ioctl", "TIOCGWINSZ", Calls.ioctl(fd, TIOCGWINSZ, size));
      return new Size(size.getShort(0) & 0xffff, size.getShort(Short.BYTES) & 0xffff);
    }
  }

  /**
   * Has it pass on every key as it is typed, and neither echo nor edit (cfmakeraw(3)), until the
   * result is closed; that may happen several times, and from any thread.
   */
  public Raw raw() throws LinuxException {
    Memory before = new Memory(TERMIOS_BYTES);
    Libc.check("tcgetattr", Calls.tcgetattr(fd, before));
    try (Memory raw = new Memory(TERMIOS_BYTES)) {
      Libc.check("tcgetattr", Calls.tcgetattr(fd, raw));
      Calls.cfmakeraw(raw);
      Libc.check("tcsetattr", Calls.tcsetattr(fd, TCSADRAIN, raw));
    }
    return () -> Calls.tcsetattr(fd, TCSADRAIN, before);
  }

  /** Functions of the C library. */
  private static final class Calls {
    static {
      Native.register(Calls.class, "c");
    }

    private Calls() {}

    static native int isatty(int fd);

    static native int ioctl(int fd, long request, Pointer argument);

    static native int tcgetattr(int fd, Pointer settings);

    static native int tcsetattr(int fd, int when, Pointer settings);

    static native void cfmakeraw(Pointer settings);
  }
}
