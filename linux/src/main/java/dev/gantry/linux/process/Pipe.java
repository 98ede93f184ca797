package dev.gantry.linux.process;

import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A pipe (pipe(2)) whose write end another process gets; not inherited unless handed over. */
public record Pipe(FileDescriptor readEnd, FileDescriptor writeEnd) implements AutoCloseable {
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
      ProcessCalls.awaitReadable(readEnd.number(), deadline);
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

  @Override
  public void close() {
    readEnd.close();
    writeEnd.close();
  }
}
