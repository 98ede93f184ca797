package dev.gantry.build.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.oci.network.NetworkPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpFetcherTest {
  private static final NetworkPolicy LOOPBACK = NetworkPolicy.of(List.of("127.0.0.0/8"));
  private static final FetchLimits LIMITS =
      new FetchLimits(1 << 20, Duration.ofSeconds(20), Duration.ofSeconds(50));

  @TempDir Path directory;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", HttpFetcherTest::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = ("content of " + path).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT");
    switch (path) {
      case "/missing" -> exchange.sendResponseHeaders(404, -1);
      case "/loop" -> redirect(exchange, "/loop");
      case "/moved" -> redirect(exchange, "elsewhere/file");
      case "/inside" -> redirect(exchange, "http://169.254.169.254/latest/meta-data");
      case "/file-url" -> redirect(exchange, "file:///etc/passwd");
      case "/large" -> {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(new byte[(1 << 20) + 1]);
      }
      case "/chunked" -> {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(body);
      }
      default -> {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      }
    }
    exchange.close();
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().add("Location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  private HttpFetcher.Fetched fetch(NetworkPolicy policy, String path) throws IOException {
    return new HttpFetcher(policy, LIMITS).fetch(url(path), directory.resolve("f"), new Lifeline());
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private String content(String path) throws IOException {
    return Files.readString(fetch(LOOPBACK, path).file());
  }

  @Test
  void aFileIsFetched() throws IOException {
    assertThat(content("/a/file.txt?x=1")).isEqualTo("content of /a/file.txt");
  }

  @Test
  void chunksArePutTogether() throws IOException {
    assertThat(content("/chunked")).isEqualTo("content of /chunked");
  }

  @Test
  void redirectsAreFollowed() throws IOException {
    assertThat(content("/moved")).isEqualTo("content of /elsewhere/file");
  }

  @Test
  void theNameIsThatOfTheUrlAndTheTimeTheServers() throws IOException {
    HttpFetcher.Fetched fetched = fetch(LOOPBACK, "/a/some%20file+1.txt?v=2");
    assertThat(fetched.name()).isEqualTo("some file+1.txt");
    assertThat(fetched.modified()).contains(Instant.ofEpochSecond(1_700_000_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "", "/%2e%2e", "/a%2Fb/%2F"})
  void aUrlWithoutAFileHasNoName(String path) throws IOException {
    assertThat(fetch(LOOPBACK, path).name()).isEqualTo("__unnamed__");
  }

  @Test
  void whatIsNotThereIsToldWithItsStatus() {
    assertThatExceptionOfType(FetchException.class)
        .isThrownBy(() -> fetch(LOOPBACK, "/missing"))
        .withMessageContaining("/missing")
        .withMessageContaining("404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/loop", "/large", "/file-url"})
  void serversThatMisbehaveAreGivenUp(String path) {
    assertThatExceptionOfType(FetchException.class).isThrownBy(() -> fetch(LOOPBACK, path));
  }

  @Test
  void thisHostIsNotAllowed() {
    assertThatExceptionOfType(NetworkPolicy.RefusedException.class)
        .isThrownBy(() -> fetch(NetworkPolicy.PUBLIC, "/file"))
        .withMessageContaining("gantry.build.allow-networks");
  }

  @Test
  void aRedirectIsCheckedToo() {
    assertThatExceptionOfType(NetworkPolicy.RefusedException.class)
        .isThrownBy(() -> fetch(LOOPBACK, "/inside"))
        .withMessageContaining("169.254.169.254");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 302 Found\r\n\r\n",
        "HTTP/1.1 200 OK\r\n",
        "",
      })
  void anAnswerThatIsNoneIsAnError(String answer) throws Exception {
    try (ServerSocket raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerOnce(raw, answer));
      String url = "http://127.0.0.1:" + raw.getLocalPort() + "/f";
      HttpFetcher fetcher = new HttpFetcher(LOOPBACK, LIMITS);
      assertThatExceptionOfType(FetchException.class)
          .isThrownBy(() -> fetcher.fetch(url, directory.resolve("f"), new Lifeline()));
    }
  }

  private static void answerOnce(ServerSocket server, String answer) {
    try (Socket client = server.accept()) {
      client.getInputStream().read(new byte[4096]);
      client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // The fetcher tells.
    }
  }

  @Test
  void theEndOfALifelineEndsAFetchThatHangs() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Lifeline lifeline = new Lifeline();
      Thread.ofVirtual().start(() -> endAfterAccept(silent, lifeline));
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/f";
      HttpFetcher fetcher = new HttpFetcher(LOOPBACK, LIMITS);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> fetcher.fetch(url, directory.resolve("f"), lifeline));
      assertThat(lifeline.ended()).isTrue();
    }
  }

  private static void endAfterAccept(ServerSocket server, Lifeline lifeline) {
    try (Socket client = server.accept()) {
      client.getInputStream().read(new byte[4096]);
      lifeline.end();
    } catch (IOException e) {
      // The fetcher tells.
    }
  }
}
