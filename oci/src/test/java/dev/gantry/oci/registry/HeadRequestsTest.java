package dev.gantry.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeadRequestsTest {
  private static final RegistrySettings PATIENCE =
      new RegistrySettings(Duration.ofSeconds(5), Duration.ofSeconds(20), 1, Duration.ofMillis(1));

  private final AtomicInteger connections = new AtomicInteger();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private ServerSocket server;
  private HeadRequests requests;

  /** What is answered to each request; the connection is closed after the last of a list. */
  private volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n";

  private volatile int answersPerConnection = Integer.MAX_VALUE;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    requests = new HeadRequests(URI.create("http://127.0.0.1:" + server.getLocalPort()), PATIENCE);
  }

  @AfterEach
  void stop() throws IOException {
    requests.close();
    server.close();
  }

  @Test
  void theAnswersHeadersAreNamedInLowerCase() throws IOException {
    assertThat(requests.head("/v2/a", "*/*").headers()).containsEntry("content-length", "7");
  }

  @Test
  void thePathAndTheTypesAreAskedFor() throws IOException {
    requests.head("/v2/a", "text/plain");

    assertThat(asked.getFirst())
        .startsWith("HEAD /v2/a HTTP/1.1\r\n")
        .contains("Accept: text/plain\r\n")
        .contains("Host: 127.0.0.1:" + server.getLocalPort() + "\r\n");
  }

  @Test
  void aConnectionIsKept() throws IOException {
    requests.head("/v2/a", "*/*");
    requests.head("/v2/b", "*/*");

    assertThat(connections).hasValue(1);
  }

  @Test
  void aConnectionThatWasClosedMeanwhileIsMadeAnew() throws IOException {
    answersPerConnection = 1;
    requests.head("/v2/a", "*/*");

    assertThat(requests.head("/v2/b", "*/*").status()).isEqualTo(200);
  }

  @Test
  void anErrorIsAnAnswer() throws IOException {
    answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n";

    assertThat(requests.head("/v2/a", "*/*").status()).isEqualTo(404);
  }

  @Test
  void whatIsNoAnswerOfHttpIsRefused() {
    answer = "SSH-2.0-OpenSSH\r\n\r\n";

    assertThatThrownBy(() -> requests.head("/v2/a", "*/*"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SSH");
  }

  @Test
  void anEndlessHeaderIsRefused() {
    answer = "HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000);

    assertThatThrownBy(() -> requests.head("/v2/a", "*/*"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer");
  }

  private void serve() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> answer(socket));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      byte[] buffer = new byte[8192];
      for (int i = 0; i < answersPerConnection; i++) {
        int count = socket.getInputStream().read(buffer);
        if (count < 0) {
          return;
        }
        asked.add(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }
}
