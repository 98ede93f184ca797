package dev.gantry.linux.process;

import com.sun.jna.Memory;
import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A pipe (pipe(2)) whose write end another process gets; not inherited unless handed over. */
public record Pipe(FileDescriptor readEnd, FileDescriptor writeEnd) implements AutoCloseable {
  private static final int POLLFD_BYTES = 8;
  private static final int EVENTS_OFFSET = 4;
  private static final short POLLIN = 1;

  /** Makes a pipe. */
  public static Pipe open() throws LinuxException {
    int[] ends = new int[2];
    Libc.check("pipe2", ProcessCalls.pipe2(ends, ProcessCalls.O_CLOEXEC));
    return new Pipe(FileDescriptor.of(ends[0]), FileDescriptor.of(ends[1]));
  }

  /**
   * Reads until the writer closes its end. Close {@link #writeEnd} here before.
   *
   * @param bytesMax what is read at most
   * @throws LinuxException with {@code ETIMEDOUT} when that takes longer than the patience
   */
  public String readAll(int bytesMax, Duration patience) throws LinuxException {
    long deadline = System.nanoTime() + patience.toNanos();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[bytesMax];
    while (all.size() < bytesMax) {
      await(deadline);
      int count = ProcessCalls.read(readEnd.number(), buffer, bytesMax - all.size());
      if (count == -1 && ProcessCalls.failedWith(Errno.EINTR)) {
        continue;
      }
      if (Libc.check("read", "pipe", count) == 0) {
        break;
      }
      all.write(buffer, 0, count);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private void await(long deadline) throws LinuxException {
    try (Memory polled = new Memory(POLLFD_BYTES)) {
      int ready;
      do {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new LinuxException("poll", Errno.ETIMEDOUT.number(), "pipe");
        }
        polled.setInt(0, readEnd.number());
        polled.setInt(EVENTS_OFFSET, POLLIN);
        ready = ProcessCalls.poll(polled, 1, (int) Math.min(left, Integer.MAX_VALUE));
      } while (ready == 0 || (ready == -1 && ProcessCalls.failedWith(Errno.EINTR)));
      Libc.check("poll", "pipe", ready);
    }
  }

  @Override
  public void close() {
    readEnd.close();
    writeEnd.close();
  }
}
