package dev.gantry.linux.process;

import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process, never mistaken for a later one with the same number.
 *
 * @param pid its number, as this process sees it
 * @param startTicks when it started, in clock ticks since the system did: field 22 of
 *     proc_pid_stat(5)
 */
public record ProcessId(long pid, long startTicks) {
  private static final int START_FIELD = 22;
  private static final int FIRST_FIELD_AFTER_NAME = 3;
  private static final int STATE_FIELD = 3;

  /** The process that has this number now; empty when there is none. */
  public static Optional<ProcessId> of(long pid) {
    return stat(pid)
        .map(
            fields ->
                new ProcessId(pid, Long.parseLong(fields[START_FIELD - FIRST_FIELD_AFTER_NAME])));
  }

  /** Whether it lives; a zombie does not. */
  public boolean alive() {
    return stat(pid)
        .filter(
            fields ->
                Long.parseLong(fields[START_FIELD - FIRST_FIELD_AFTER_NAME]) == startTicks
                    && !fields[STATE_FIELD - FIRST_FIELD_AFTER_NAME].equals("Z"))
        .isPresent();
  }

  /**
   * Sends a signal.
   *
   * @return whether the process was there to get it
   */
  public boolean signal(int number) throws IOException {
    Optional<FileDescriptor> pidfd = open();
    if (pidfd.isEmpty()) {
      return false;
    }
    try (FileDescriptor open = pidfd.get()) {
      ProcessCalls.pidfdSendSignal(open.number(), number);
      return true;
    } catch (LinuxException e) {
      if (e.is(Errno.ESRCH)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Its mount namespace, which exists for as long as this is open (namespaces(7)); empty when it
   * has none any more, because it has ended.
   */
  public Optional<FileDescriptor> mountNamespace() throws LinuxException {
    String path = "/proc/" + pid + "/ns/mnt";
    FileDescriptor namespace;
    try {
      namespace =
          FileDescriptor.of(
              Libc.check("open", path, ProcessCalls.open(path, ProcessCalls.O_CLOEXEC, 0)));
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT, Errno.ESRCH)) {
        return Optional.empty();
      }
      throw e;
    }
    // As with a pidfd: the number may have become another's before we came.
    if (alive()) {
      return Optional.of(namespace);
    }
    namespace.close();
    return Optional.empty();
  }

  /** A pidfd of it (pidfd_open(2)); empty when it is gone and reaped. */
  Optional<FileDescriptor> open() throws LinuxException {
    FileDescriptor pidfd;
    try {
      pidfd = ProcessCalls.pidfdOpen(pid);
    } catch (LinuxException e) {
      // The number is a thread's by now: ENOENT since Linux 6.15, EINVAL before.
      if (e.is(Errno.ESRCH, Errno.ENOENT, Errno.EINVAL)) {
        return Optional.empty();
      }
      throw e;
    }
    // The descriptor holds the number's present owner: is that the process that we mean?
    if (of(pid).filter(this::equals).isPresent()) {
      return Optional.of(pidfd);
    }
    pidfd.close();
    return Optional.empty();
  }

  /** The fields after the name, which may hold anything, spaces and parentheses too. */
  private static Optional<String[]> stat(long pid) {
    try {
      String text =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      return Optional.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
    } catch (IOException e) {
      return Optional.empty(); // gone, or going while it was read (ESRCH)
    }
  }
}
