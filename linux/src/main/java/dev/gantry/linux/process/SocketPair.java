package dev.gantry.linux.process;

import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Two connected stream sockets (socketpair(2)), one of which another process gets; not inherited
 * unless handed over.
 *
 * @param ours the one that is used here
 * @param theirs close it here once the other process has it
 */
public record SocketPair(FileDescriptor ours, FileDescriptor theirs) implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int MSG_NOSIGNAL = 0x4000;

  /** Makes a pair. */
  public static SocketPair open() throws LinuxException {
    int[] ends = new int[2];
    Libc.check(
        "socketpair",
        ProcessCalls.socketpair(AF_UNIX, SOCK_STREAM | ProcessCalls.O_CLOEXEC, 0, ends));
    return new SocketPair(FileDescriptor.of(ends[0]), FileDescriptor.of(ends[1]));
  }

  /**
   * Sends one byte.
   *
   * @throws LinuxException with {@code EPIPE} when the other process has closed its end
   */
  public void send(byte value) throws LinuxException {
    Libc.check("send", ProcessCalls.send(ours.number(), new byte[] {value}, 1, MSG_NOSIGNAL));
  }

  /**
   * Reads to the end of a line; what comes before the other end is closed when that comes first.
   *
   * @param bytesMax what is read at most
   * @throws LinuxException with {@code ETIMEDOUT} when that takes longer than the patience
   */
  public String readLine(int bytesMax, Duration patience) throws LinuxException {
    long deadline = System.nanoTime() + patience.toNanos();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] buffer = new byte[bytesMax];
    while (line.size() < bytesMax) {
      ProcessCalls.awaitReadable(ours.number(), deadline);
      int count = ProcessCalls.read(ours.number(), buffer, bytesMax - line.size());
      if (count == -1 && ProcessCalls.failedWith(Errno.EINTR)) {
        continue;
      }
      if (count == -1 && ProcessCalls.failedWith(Errno.ECONNRESET)) {
        break; // it ended with something from us unread
      }
      if (Libc.check("read", "socket", count) == 0) {
        break;
      }
      line.write(buffer, 0, count);
      if (buffer[count - 1] == '\n') {
        break;
      }
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() {
    ours.close();
    theirs.close();
  }
}
