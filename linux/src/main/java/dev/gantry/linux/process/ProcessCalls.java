package dev.gantry.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/** The functions of the C library that this package uses. */
final class ProcessCalls {
  static final int O_CLOEXEC = 0x80000;
  static final int O_NONBLOCK = 0x800;
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLLIN = 1;
  static final int EPOLLPRI = 2;
  static final int P_PIDFD = 3;
  static final int WEXITED = 4;
  static final int WNOHANG = 1;

  private static final int SYS_PIDFD_SEND_SIGNAL = 424;
  private static final int SYS_PIDFD_OPEN = 434;
  private static final int SIGINFO_BYTES = 128;
  private static final int POLLFD_BYTES = 8;
  private static final int EVENTS_OFFSET = 4;
  private static final short POLLIN = 1;

  static {
    Native.register(ProcessCalls.class, "c");
  }

  private ProcessCalls() {}

  static native int pipe2(int[] ends, int flags);

  static native int socketpair(int domain, int type, int protocol, int[] ends);

  static native int send(int fd, byte[] buffer, long count, int flags);

  static native int read(int fd, byte[] buffer, long count);

  static native long pread(int fd, byte[] buffer, long count, long offset);

  static native int write(int fd, byte[] buffer, long count);

  static native int poll(Pointer descriptors, long count, int timeoutMillis);

  static native int fcntl(int fd, int command, int argument);

  static native int open(String path, int flags, int mode);

  static native int flock(int fd, int operation);

  static native int eventfd(int value, int flags);

  static native int epoll_create1(int flags);

  static native int epoll_ctl(int epoll, int operation, int fd, Pointer event);

  static native int epoll_wait(int epoll, Pointer events, int max, int timeoutMillis);

  static native int waitid(int type, int id, Pointer info, int options);

  static native int memfd_create(String name, int flags);

  static native int posix_spawn(
      IntByReference pid,
      String path,
      Pointer actions,
      @Nullable Pointer attributes,
      Pointer argv,
      Pointer envp);

  static native int posix_spawn_file_actions_init(Pointer actions);

  static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  static native int posix_spawn_file_actions_destroy(Pointer actions);

  static FileDescriptor pidfdOpen(long pid) throws LinuxException {
    return FileDescriptor.of(
        (int)
            Libc.check(
                "pidfd_open",
                Long.toString(pid),
                Libc.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0, 0, 0)));
  }

  static void pidfdSendSignal(int pidfd, int signal) throws LinuxException {
    Libc.check("pidfd_send_signal", Libc.syscall(SYS_PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0, 0, 0));
  }

  /** Takes the exit status of a child that ended, so that no zombie stays. */
  static void reap(int pidfd) {
    try (Memory info = new Memory(SIGINFO_BYTES)) {
      waitid(P_PIDFD, pidfd, info, WEXITED | WNOHANG); // ECHILD: not our child; another's business
    }
  }

  /** Whether the last call of this thread failed with this error. */
  static boolean failedWith(Errno errno) {
    return Native.getLastError() == errno.number();
  }

  /** Waits until there is something to read, or the other end is closed. */
  static void awaitReadable(int fd, long deadlineNanos) throws LinuxException {
    try (Memory polled = new Memory(POLLFD_BYTES)) {
      int ready;
      do {
        long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new LinuxException("poll", Errno.ETIMEDOUT.number(), "descriptor");
        }
        polled.setInt(0, fd);
        polled.setInt(EVENTS_OFFSET, POLLIN);
        ready = poll(polled, 1, (int) Math.min(left, Integer.MAX_VALUE));
      } while (ready == 0 || (ready == -1 && failedWith(Errno.EINTR)));
      Libc.check("poll", ready);
    }
  }
}
