package dev.gantry.linux.process;

import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A descriptor by which the kernel says that something has happened; what, is read elsewhere. */
public final class Bell implements AutoCloseable {
  private static final int O_RDONLY = 0;
  private static final int COUNTER_BYTES = 8;
  private static final int TEXT_BYTES = 4096;

  private final FileDescriptor descriptor;
  private final int events;

  private Bell(FileDescriptor descriptor, int events) {
    this.descriptor = descriptor;
    this.events = events;
  }

  /** Rings when a file of the kernel's changes that says so (poll(2), {@code POLLPRI}). */
  public static Bell ofChanges(Path file) throws LinuxException {
    Bell bell = new Bell(open(file), ProcessCalls.EPOLLPRI);
    bell.silence();
    return bell;
  }

  /**
   * Rings when a control group of version 1 is about to kill for want of memory (Documentation/
   * admin-guide/cgroup-v1/memory.rst, section 10), and when it is removed.
   *
   * @param directory of the group in the hierarchy of the memory controller
   */
  public static Bell ofMemoryShortage(Path directory) throws IOException {
    FileDescriptor counter =
        FileDescriptor.of(
            Libc.check(
                "eventfd",
                ProcessCalls.eventfd(0, ProcessCalls.O_CLOEXEC | ProcessCalls.O_NONBLOCK)));
    try (FileDescriptor watched = open(directory.resolve("memory.oom_control"))) {
      Files.write(
          directory.resolve("cgroup.event_control"),
          (counter.number() + " " + watched.number()).getBytes(StandardCharsets.US_ASCII),
          StandardOpenOption.WRITE);
      return new Bell(counter, ProcessCalls.EPOLLIN);
    } catch (IOException e) {
      counter.close();
      throw e;
    }
  }

  private static FileDescriptor open(Path file) throws LinuxException {
    int flags = O_RDONLY | ProcessCalls.O_CLOEXEC;
    return FileDescriptor.of(
        Libc.check("open", file.toString(), ProcessCalls.open(file.toString(), flags, 0)));
  }

  int events() {
    return events;
  }

  int number() {
    return descriptor.number();
  }

  /** Rings no more for what has happened so far: the kernel wants it to be read. */
  void silence() {
    if (events == ProcessCalls.EPOLLIN) {
      ProcessCalls.read(number(), new byte[COUNTER_BYTES], COUNTER_BYTES);
    } else {
      ProcessCalls.pread(number(), new byte[TEXT_BYTES], TEXT_BYTES, 0);
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
