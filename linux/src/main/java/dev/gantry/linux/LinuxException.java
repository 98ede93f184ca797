package dev.gantry.linux;

import java.io.IOException;

/** A system call that failed: which one, with which error number, and on what. */
public final class LinuxException extends IOException {
  private static final long serialVersionUID = 1;

  private final String call;
  private final int errno;

  /** A failure of {@code call} with {@code errno}. */
  public LinuxException(String call, int errno) {
    this(call, errno, "");
  }

  /**
   * A failure of {@code call} with {@code errno}.
   *
   * @param detail what it was done to (a path, a name), or what the kernel said about it; may be
   *     empty
   */
  public LinuxException(String call, int errno, String detail) {
    super(
        call
            + (detail.isEmpty() ? "" : " " + detail)
            + ": "
            + Errno.nameOf(errno)
            + " ("
            + Libc.describe(errno)
            + ")");
    this.call = call;
    this.errno = errno;
  }

  /** The name of the system call. */
  public String call() {
    return call;
  }

  /** The error number. */
  public int errno() {
    return errno;
  }

  /** Whether it failed with one of these. */
  public boolean is(Errno... candidates) {
    for (Errno candidate : candidates) {
      if (candidate.number() == errno) {
        return true;
      }
    }
    return false;
  }
}
