package dev.gantry.linux.file;

import com.sun.jna.Native;
import dev.gantry.linux.Errno;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;

/** The functions of the C library that this package needs. Paths end with a NUL. */
final class FileCalls {
  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_EMPTY_PATH = 0x1000;

  static final int O_WRONLY = 01;
  static final int O_RDWR = 02;
  static final int O_CREAT = 0100;
  static final int O_EXCL = 0200;
  static final int O_NOCTTY = 0400;
  static final int O_TRUNC = 01000;
  static final int O_APPEND = 02000;
  static final int O_NONBLOCK = 04000;
  static final int O_DIRECTORY = 0200000;
  static final int O_NOFOLLOW = 0400000;
  static final int O_CLOEXEC = 02000000;
  static final int O_PATH = 010000000;

  static final int RESOLVE_NO_MAGICLINKS = 0x02;
  static final int RESOLVE_NO_SYMLINKS = 0x04;
  static final int RESOLVE_BENEATH = 0x08;
  static final int RESOLVE_IN_ROOT = 0x10;

  static final int RENAME_NOREPLACE = 1;

  private static final long OPENAT2 = 437;
  private static final int TRIES_MAX = 128;

  static {
    Native.register(FileCalls.class, "c");
  }

  private FileCalls() {}

  private static native long syscall(long number, int dir, byte[] path, long[] how, long size);

  static native int mkdirat(int dir, byte[] path, int mode);

  static native int mknodat(int dir, byte[] path, int mode, long device);

  static native int symlinkat(byte[] target, int dir, byte[] path);

  static native int linkat(int oldDir, byte[] oldPath, int newDir, byte[] newPath, int flags);

  static native int unlinkat(int dir, byte[] path, int flags);

  static native int renameat2(int oldDir, byte[] oldPath, int newDir, byte[] newPath, int flags);

  static native long readlinkat(int dir, byte[] path, byte[] target, long size);

  static native int statx(int dir, byte[] path, int flags, int mask, byte[] status);

  static native long getdents64(int dir, byte[] entries, long size);

  static native int fchownat(int dir, byte[] path, int uid, int gid, int flags);

  static native int fchown(int fd, int uid, int gid);

  static native int chmod(byte[] path, int mode);

  static native int fchmod(int fd, int mode);

  static native int utimensat(int dir, byte[] path, long[] times, int flags);

  static native int futimens(int fd, long[] times);

  static native long llistxattr(byte[] path, byte[] names, long size);

  static native long lgetxattr(byte[] path, byte[] name, byte[] value, long size);

  static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags);

  static native int lremovexattr(byte[] path, byte[] name);

  static native int fsetxattr(int fd, byte[] name, byte[] value, long size, int flags);

  static native int fsync(int fd);

  static native int syncfs(int fd);

  static native int ftruncate(int fd, long size);

  static native long lseek(int fd, long offset, int whence);

  static native long read(int fd, long address, long size);

  static native long write(int fd, long address, long size);

  static native int fcntl(int fd, int command, int argument);

  /**
   * openat2(2). The kernel gives up with EAGAIN when a rename raced with its walk: then it is asked
   * again, a bounded number of times.
   */
  static int open(int dir, String path, int flags, int mode, int resolve) throws LinuxException {
    byte[] name = FileName.encodeTerminated(path);
    int create = (flags & O_CREAT) != 0 ? mode & 07777 : 0;
    long[] how = {flags | O_CLOEXEC, create, resolve};
    for (int tries = 1; ; tries++) {
      long fd = syscall(OPENAT2, dir, name, how, (long) how.length * Long.BYTES);
      if (fd >= 0) {
        return (int) fd;
      }
      int errno = Native.getLastError();
      boolean again = errno == Errno.EAGAIN.number() || errno == Errno.EINTR.number();
      if (!again || tries == TRIES_MAX) {
        throw new LinuxException("openat2", errno, path);
      }
    }
  }

  /** read(2) or write(2) again when a signal came first. */
  static boolean interrupted(long result) {
    return result == -1 && Native.getLastError() == Errno.EINTR.number();
  }

  static long check(String call, String detail, long result) throws LinuxException {
    return Libc.check(call, detail, result);
  }
}
