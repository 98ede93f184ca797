package dev.gantry.isolation.console;

import dev.gantry.linux.file.DirFd;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/** A connection to the socket of a sandbox's shim. Sending is thread-safe; one thread receives. */
final class ControlSocket implements AutoCloseable {
  private static final int HEAD_BYTES = 5;
  private static final int BODY_BYTES_MAX = 1 << 20;

  private final SocketChannel channel;
  private final ReentrantLock sending = new ReentrantLock();
  private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);

  private ControlSocket(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects; the path of a socket may be 107 bytes long only, that of a directory is not. */
  static ControlSocket connect(Path directory) throws IOException {
    try (DirFd open = DirFd.open(directory)) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(open.path().resolve("control")));
        return new ControlSocket(channel);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
  }

  void send(char type, byte[] bytes, int from, int length) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + length);
    frame.put((byte) type).putInt(length).put(bytes, from, length).flip();
    sending.lock();
    try {
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
    } finally {
      sending.unlock();
    }
  }

  void send(char type, byte... bytes) throws IOException {
    send(type, bytes, 0, bytes.length);
  }

  /**
   * The next frame, waiting for one.
   *
   * @throws EOFException when the other side closed the connection
   */
  Frame receive() throws IOException {
    fill(head.clear());
    head.flip();
    char type = (char) head.get();
    int length = head.getInt();
    if (length < 0 || length > BODY_BYTES_MAX) {
      throw new IOException("a frame of " + length + " bytes");
    }
    ByteBuffer body = ByteBuffer.allocate(length);
    fill(body);
    return new Frame(type, body.array());
  }

  private void fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the sandbox ended the connection");
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
