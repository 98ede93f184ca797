package dev.gantry.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Many clients that ask one small thing after the other, each as soon as its last was answered; one
 * thread for all of them, since it shares the processors with the server.
 */
final class RequestStorm {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final String LENGTH = "\r\ncontent-length:";

  private final RegistryServer server;
  private final int clients;
  private final int status;

  /**
   * A storm that has not begun.
   *
   * @param status what every answer must be
   */
  RequestStorm(RegistryServer server, int clients, int status) {
    this.server = server;
    this.clients = clients;
    this.status = status;
  }

  /**
   * What came of it.
   *
   * @param seconds from the first request to the last answer
   * @param millis how long each request took
   */
  record Result(double seconds, List<Double> millis) {
    double perSecond() {
      return millis.size() / seconds;
    }
  }

  /** Sends that many requests, and waits for all answers. */
  Result send(int count, IntFunction<byte[]> request) throws IOException {
    try (Selector selector = Selector.open()) {
      return new Run(selector, count, request).toEnd();
    }
  }

  private final class Run {
    private final Selector selector;
    private final int count;
    private final IntFunction<byte[]> request;
    private final List<Double> millis = new ArrayList<>();
    private int sent;

    Run(Selector selector, int count, IntFunction<byte[]> request) {
      this.selector = selector;
      this.count = count;
      this.request = request;
    }

    Result toEnd() throws IOException {
      List<Client> all = new ArrayList<>();
      try {
        for (int i = 0; i < clients; i++) {
          all.add(new Client(this));
        }
        long begun = System.nanoTime();
        for (Client client : all) {
          client.next();
        }
        while (millis.size() < count) {
          selector.select(key -> ((Client) key.attachment()).readableUnchecked());
        }
        return new Result((System.nanoTime() - begun) / 1e9, millis);
      } finally {
        for (Client client : all) {
          client.socket.close();
        }
      }
    }
  }

  private final class Client {
    private final Run run;
    private final SocketChannel socket;
    private final ByteBuffer answer = ByteBuffer.allocate(BUFFER_BYTES);
    private long asked;

    Client(Run run) throws IOException {
      this.run = run;
      this.socket = SocketChannel.open(server.address());
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.configureBlocking(false);
      socket.register(run.selector, SelectionKey.OP_READ, this);
    }

    void next() throws IOException {
      if (run.sent == run.count) {
        return;
      }
      ByteBuffer bytes = ByteBuffer.wrap(run.request.apply(run.sent++));
      asked = System.nanoTime();
      while (bytes.hasRemaining()) {
        socket.write(bytes); // small: it fits into the socket's buffer
      }
    }

    void readableUnchecked() {
      try {
        readable();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void readable() throws IOException {
      if (socket.read(answer) < 0) {
        throw new EOFException("the registry hung up");
      }
      if (isWhole()) {
        run.millis.add((System.nanoTime() - asked) / 1e6);
        answer.clear();
        next();
      }
    }

    private boolean isWhole() {
      String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        return false;
      }
      if (Integer.parseInt(text.substring(9, 12)) != status) {
        throw new IllegalStateException("not " + status + ": " + text);
      }
      int at = text.toLowerCase(Locale.ROOT).indexOf(LENGTH) + LENGTH.length();
      int length = Integer.parseInt(text.substring(at, text.indexOf("\r\n", at)).strip());
      return text.length() == end + 4 + length;
    }
  }
}
