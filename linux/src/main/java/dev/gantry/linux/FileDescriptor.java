package dev.gantry.linux;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** An open file descriptor of this process, owned by whoever holds this object. Thread-safe. */
public final class FileDescriptor implements AutoCloseable {
  private static final int CLOSED = -1;

  private final AtomicInteger number;

  private FileDescriptor(int number) {
    this.number = new AtomicInteger(number);
  }

  /** Takes over a descriptor that a system call returned. */
  public static FileDescriptor of(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("not a file descriptor: " + number);
    }
    return new FileDescriptor(number);
  }

  /**
   * The descriptor's number.
   *
   * @throws IllegalStateException when it is closed
   */
  public int number() {
    int open = number.get();
    if (open == CLOSED) {
      throw new IllegalStateException("file descriptor is closed");
    }
    return open;
  }

  /** A path that names the open file itself, whatever its name is now (proc_pid_fd(5)). */
  public Path path() {
    return Path.of("/proc/self/fd/" + number());
  }

  /** Closes it; a repeated call does nothing. An error of close(2) is of no use to anybody. */
  @Override
  public void close() {
    int open = number.getAndSet(CLOSED);
    if (open != CLOSED) {
      Libc.close(open);
    }
  }
}
