package dev.gantry.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * When a port on loopback gives its first HTTP answer. A bare {@code connect} is no measure: a
 * proxy accepts before the server behind it can answer.
 */
final class FirstAnswer {
  private static final byte[] REQUEST =
      "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Asking costs, and what is measured shares the processors with who asks. */
  private static final long POLL_NANOS = Duration.ofMillis(1).toNanos();

  private FirstAnswer() {}

  /**
   * Asks until there is an answer.
   *
   * @return {@link System#nanoTime()} of the first answer's first byte
   * @throws IllegalStateException when there is none in time
   */
  static long await(int port, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      if (answers(port)) {
        return System.nanoTime();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new IllegalStateException("no answer on port " + port + " within " + patience);
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      socket.setSoTimeout(500);
      socket.getOutputStream().write(REQUEST);
      return socket.getInputStream().read() == 'H';
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
