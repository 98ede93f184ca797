package dev.gantry.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP/1.1 connection that does as little as can be, since it shares the processors with what
 * it measures: bodies leave by sendfile, and what comes is read over itself. One thread.
 */
final class RegistryConnection implements AutoCloseable {
  /** Small enough to stay in the processor's cache. */
  private static final int BUFFER_BYTES = 256 * 1024;

  private final SocketChannel socket;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);

  RegistryConnection(InetSocketAddress address) throws IOException {
    socket = SocketChannel.open(address);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /** Some of a file. */
  record Part(FileChannel file, long from, long count) {}

  /**
   * What came back.
   *
   * @param head status line and headers
   * @param bodyBytes how long the body was
   */
  record Answer(int status, String head, long bodyBytes) {
    /** A header that must be there. */
    String header(String name) {
      int at = head.toLowerCase(Locale.ROOT).indexOf("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
      if (at < 0) {
        throw new IllegalStateException("no " + name + " in " + head);
      }
      int begin = at + name.length() + 3;
      return head.substring(begin, head.indexOf("\r\n", begin)).strip();
    }

    Answer expect(int expected) {
      if (status != expected) {
        throw new IllegalStateException("not " + expected + ": " + head);
      }
      return this;
    }
  }

  /** A request with a small body, or none. */
  Answer send(String method, String path, String headers, byte[] body) throws IOException {
    write(ByteBuffer.wrap(request(method, path, headers, body)));
    return answer();
  }

  /** A request whose body is a part of a file, sent by the kernel. */
  Answer send(String method, String path, String headers, Part body) throws IOException {
    String all = headers + "Content-Type: application/octet-stream\r\n";
    String head = head(method, path, all, body.count());
    write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    for (long sent = 0; sent < body.count(); ) {
      sent += body.file().transferTo(body.from() + sent, body.count() - sent, socket);
    }
    return answer();
  }

  static byte[] request(String method, String path, String headers, byte[] body) {
    byte[] head = head(method, path, headers, body.length).getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  private static String head(String method, String path, String headers, long length) {
    String lengthHeader = method.equals("GET") ? "" : "Content-Length: " + length + "\r\n";
    return method + " " + path + " HTTP/1.1\r\nHost: bench\r\n" + headers + lengthHeader + "\r\n";
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  private Answer answer() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      head.append((char) next());
    }
    String text = head.toString();
    int status = Integer.parseInt(text.substring(9, 12));
    long length = status == 204 ? 0 : length(text);
    discard(length);
    return new Answer(status, text, length);
  }

  private static long length(String head) {
    String name = "\r\ncontent-length:";
    int at = head.toLowerCase(Locale.ROOT).indexOf(name);
    if (at < 0) {
      throw new IllegalStateException("an answer without a length: " + head);
    }
    int begin = at + name.length();
    return Long.parseLong(head.substring(begin, head.indexOf("\r\n", begin)).strip());
  }

  private int next() throws IOException {
    if (!buffer.hasRemaining()) {
      fill();
    }
    return buffer.get();
  }

  private void discard(long length) throws IOException {
    long missing = length - buffer.remaining();
    if (missing < 0) {
      throw new IllegalStateException("more came than was asked for");
    }
    while (missing > 0) {
      fill();
      missing -= buffer.remaining();
    }
    buffer.limit(0);
  }

  private void fill() throws IOException {
    buffer.clear();
    if (socket.read(buffer) < 0) {
      throw new EOFException("the registry hung up");
    }
    buffer.flip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
