package dev.gantry.oci.registry;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HEAD requests over plain HTTP/1.1 connections that are kept (RFC 9112), each in the thread that
 * asks: a tag is looked up before every start of a run, and that shall cost next to nothing.
 * Redirects, errors and whatever else is out of the ordinary are left to {@link RegistryHttp}.
 */
final class HeadRequests implements AutoCloseable {
  private static final int HEADER_BYTES_MAX = 16 * 1024;
  private static final int IDLE_MAX = 8;
  private static final int HTTP_PORT = 80;

  private final InetSocketAddress address;
  private final String host;
  private final RegistrySettings settings;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private boolean closed;

  HeadRequests(URI base, RegistrySettings settings) {
    int port = base.getPort() < 0 ? HTTP_PORT : base.getPort();
    this.address = InetSocketAddress.createUnresolved(base.getHost(), port);
    this.host = base.getRawAuthority();
    this.settings = settings;
  }

  /**
   * An answer.
   *
   * @param headers by their names in lower case
   */
  record Answer(int status, Map<String, String> headers) {}

  /**
   * Asks once, or twice when a connection that was kept turns out to be closed.
   *
   * @throws IOException when there is no answer that could be understood
   */
  Answer head(String path, String accept) throws IOException {
    byte[] request =
        ("HEAD " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: " + accept + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    Optional<Connection> kept = kept();
    if (kept.isPresent()) {
      try {
        return ask(kept.get(), request);
      } catch (IOException e) {
        // The registry was started anew, or closes what is idle: a new connection will tell.
        return ask(connect(), request);
      }
    }
    return ask(connect(), request);
  }

  private Answer ask(Connection connection, byte[] request) throws IOException {
    boolean usable = false;
    try {
      Answer answer = connection.ask(request);
      usable = !"close".equalsIgnoreCase(answer.headers().get("connection"));
      return answer;
    } finally {
      if (!usable || !keep(connection)) {
        open.remove(connection);
        connection.close();
      }
    }
  }

  private synchronized Optional<Connection> kept() {
    return Optional.ofNullable(idle.poll());
  }

  private synchronized boolean keep(Connection connection) {
    if (closed || idle.size() >= IDLE_MAX) {
      return false;
    }
    idle.push(connection);
    return true;
  }

  private Connection connect() throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(millis(settings.silenceMax()));
      socket.connect(
          new InetSocketAddress(address.getHostString(), address.getPort()),
          millis(settings.connectMax()));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    Connection connection = new Connection(socket);
    open.add(connection);
    return connection;
  }

  private static int millis(Duration duration) {
    return (int) Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
  }

  /** Closes every connection: who waits for an answer gets none. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      idle.clear();
    }
    open.forEach(Connection::close);
  }

  private record Connection(Socket socket) implements Closeable {
    Answer ask(byte[] request) throws IOException {
      socket.getOutputStream().write(request);
      String[] lines = header(socket.getInputStream()).split("\r\n");
      String[] status = lines[0].split(" ", 3);
      if (status.length < 2 || !status[0].equals("HTTP/1.1") || !status[1].matches("[2-5]\\d\\d")) {
        throw new IOException("not an answer of HTTP/1.1: " + lines[0]);
      }
      Map<String, String> headers = new TreeMap<>();
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        if (colon > 0) {
          headers.put(
              lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
              lines[i].substring(colon + 1).strip());
        }
      }
      return new Answer(Integer.parseInt(status[1]), headers);
    }

    private static String header(InputStream in) throws IOException {
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      while (header.size() < HEADER_BYTES_MAX) {
        int count = in.read(buffer);
        if (count < 0) {
          throw new IOException("the connection was closed within an answer");
        }
        header.write(buffer, 0, count);
        String text = header.toString(StandardCharsets.ISO_8859_1);
        if (text.endsWith("\r\n\r\n")) { // an answer to HEAD has no body: this is all
          return text;
        }
      }
      throw new IOException("an answer's header is longer than " + HEADER_BYTES_MAX + " bytes");
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // It is closed all the same.
      }
    }
  }
}
