package dev.gantry.run.health;

import dev.gantry.events.HealthCheck;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a port of the run, from this host: well when it is accepted, or when a GET is
 * answered with 2xx or 3xx (RFC 9110). A redirection is not followed.
 */
final class SocketProbe implements Probe {
  private static final int ANSWER_BYTES_MAX = ProbeResult.OUTPUT_BYTES_MAX;
  private static final int STATUS_LINE_MIN = "HTTP/1.1 200".length();

  private final InetSocketAddress address;
  private final @Nullable String request;
  private volatile @Nullable Socket open;
  private volatile boolean closed;

  private SocketProbe(InetSocketAddress address, @Nullable String request) {
    this.address = address;
    this.request = request;
  }

  static SocketProbe tcp(InetAddress address, int port) {
    return new SocketProbe(new InetSocketAddress(address, port), null);
  }

  static SocketProbe http(InetAddress address, HealthCheck.HttpGet get) {
    return new SocketProbe(
        new InetSocketAddress(address, get.port()),
        "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: gantry\r\nAccept: */*\r\nConnection: close\r\n\r\n"
            .formatted(get.path(), address.getHostAddress(), get.port()));
  }

  @Override
  public Finding look(Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (Socket socket = new Socket()) {
      open = socket;
      if (closed) {
        throw new SocketException("closed");
      }
      socket.connect(address, left(deadline));
      return request == null
          ? new Finding(true, "connected to " + text())
          : ask(socket, request, deadline);
    } catch (IOException e) {
      return new Finding(false, "%s: %s".formatted(text(), e.getMessage()));
    } finally {
      open = null;
    }
  }

  @Override
  public void close() {
    closed = true;
    Socket socket = open;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException _) {
        // It is of no use any more either way.
      }
    }
  }

  private Finding ask(Socket socket, String text, long deadline) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    byte[] answer = new byte[ANSWER_BYTES_MAX];
    int length = 0;
    InputStream in = socket.getInputStream();
    for (int read = 0; read >= 0 && length < answer.length; length += Math.max(read, 0)) {
      socket.setSoTimeout(left(deadline));
      read = in.read(answer, length, answer.length - length);
      if (read < 0) {
        break;
      }
      if (statusOf(answer, length + read) >= 0) {
        length += read;
        break;
      }
    }
    int status = statusOf(answer, length);
    String said = new String(answer, 0, length, StandardCharsets.UTF_8);
    return new Finding(
        status >= 200 && status < 400, status < 0 ? "no HTTP: " + said : firstLine(said));
  }

  private static int left(long deadline) throws IOException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new java.net.SocketTimeoutException("no answer in time");
    }
    return (int) Math.min(millis + 1, Integer.MAX_VALUE);
  }

  /** -1 while the answer does not begin with a status line. */
  private static int statusOf(byte[] answer, int length) {
    String head = new String(answer, 0, Math.min(length, 64), StandardCharsets.ISO_8859_1);
    return head.length() >= STATUS_LINE_MIN && head.matches("(?s)HTTP/1\\.[01] [0-9]{3}.*")
        ? Integer.parseInt(head.substring(STATUS_LINE_MIN - 3, STATUS_LINE_MIN))
        : -1;
  }

  private static String firstLine(String said) {
    return said.lines().findFirst().orElse("");
  }

  private String text() {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
