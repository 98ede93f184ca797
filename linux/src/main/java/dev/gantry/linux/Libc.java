package dev.gantry.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The C library: the few functions that every subject needs, and the way to turn a result of -1
 * into a {@link LinuxException}. Each subject maps the functions of its own in its own package, as
 * this class does ({@code Native.register}), and calls {@code check} on what they return.
 */
public final class Libc {
  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  /** A system call by its number: for those that the C library does not wrap. */
  public static native long syscall(long number, long a, long b, long c, long d, long e, long f);

  static native int close(int fd);

  private static native Pointer strerror(int errno);

  /**
   * The result of a call that returns -1 and sets errno on failure. Must directly follow the call
   * in the same thread.
   *
   * @throws LinuxException when the result is -1
   */
  public static int check(String call, int result) throws LinuxException {
    return check(call, "", result);
  }

  /** As {@link #check(String, int)}, and names what the call was about. */
  public static int check(String call, String detail, int result) throws LinuxException {
    if (result == -1) {
      throw new LinuxException(call, Native.getLastError(), detail);
    }
    return result;
  }

  /** As {@link #check(String, int)}, for calls that return a long. */
  public static long check(String call, long result) throws LinuxException {
    return check(call, "", result);
  }

  /** As {@link #check(String, int)}, for calls that return a long. */
  public static long check(String call, String detail, long result) throws LinuxException {
    if (result == -1) {
      throw new LinuxException(call, Native.getLastError(), detail);
    }
    return result;
  }

  /** What the C library says about an error number, in the C locale. */
  static String describe(int errno) {
    return strerror(errno).getString(0);
  }
}
