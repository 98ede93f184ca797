package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Attempts to get out of a container, or at what is not its own, through the whole platform. */
class SecurityST {
  private static final Path PROBES = Path.of("target/probes/gantry-probes").toAbsolutePath();
  private static final String IMAGE = "probes:1";

  private static Platform platform;
  private static Runs runs;
  private static Process outsider;
  private static Map<String, String> targets;

  @BeforeAll
  static void prepare() throws IOException {
    platform = Platform.shared();
    runs = new Runs(platform);
    Path sources = Cli.repository().resolve("isolation/src/test/c");
    List<String> make =
        List.of("make", "--silent", "-C", sources.toString(), "OUT=" + PROBES.getParent());
    Cli.execute(Map.of(), Duration.ofMinutes(2), make).expectSuccess();
    Files.writeString(
        PROBES.resolveSibling("Dockerfile"), "FROM busybox:1\nCOPY gantry-probes /bin/\n");
    new Builds(platform).succeed(IMAGE, PROBES.getParent());
    Path secret = Files.writeString(platform.home().resolve("secret"), "secret");
    String socket = "gantry-probe-" + ProcessHandle.current().pid();
    outsider = new ProcessBuilder(PROBES.toString(), "stand", socket).start();
    assertThat(outsider.inputReader().readLine()).isEqualTo("standing");
    targets =
        Map.of(
            "PROBE_SECRET", secret.toString(),
            "PROBE_PID", Long.toString(outsider.pid()),
            "PROBE_SOCKET", socket,
            "PROBE_PORTS", String.join(",", ports()));
  }

  @AfterAll
  static void end() {
    outsider.destroyForcibly();
  }

  /** Where the platform itself listens, by every address that a container could try. */
  private static List<String> ports() throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (JsonNode service : platform.status().path("services")) {
      String url = service.path("url").asText();
      if (url.contains(":")) {
        ports.add(Integer.parseInt(url.replaceFirst(".*:(\\d+).*", "$1")));
      }
    }
    List<String> addresses = new ArrayList<>(List.of("127.0.0.1", "gateway"));
    NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .forEach(addresses::add);
    return addresses.stream()
        .flatMap(address -> ports.stream().map(port -> address + ":" + port))
        .toList();
  }

  @Test
  void outsideTheProbesReachTheHostAndThePlatform() {
    Cli.Result result =
        Cli.execute(targets, Duration.ofMinutes(2), List.of(PROBES.toString(), "outside"));

    assertThat(result.stdout())
        .contains("works\thost-ports", "works\thost-files", "works\tabstract-socket")
        .doesNotContain("BROKEN");
  }

  @Test
  void noAttemptSucceedsInAContainer() {
    assertNothingEscapes("");
  }

  @Test
  void noAttemptSucceedsForAUserOfAContainer() {
    assertNothingEscapes(",\"user\":\"1000:1000\"");
  }

  @Test
  void noAttemptSucceedsWithAReadOnlyRootAndNoNetwork() {
    assertNothingEscapes(
        ",\"readOnlyRootfs\":true,\"network\":\"none\",\"capabilities\":{\"drop\":[\"ALL\"]}");
  }

  @Test
  void noAttemptSucceedsForWhatIsExecutedInAContainer() {
    String id = runs.start(request("[\"sleep\",\"600\"]", ""));
    runs.awaitState(id, "running");

    String report =
        new Executed().in(runs.url() + "/" + id + "/exec", List.of("gantry-probes", "inside"));

    runs.remove(id);
    assertThat(unstopped(report)).isEmpty();
  }

  @Test
  void everySystemCallIsByPermissionOnly() {
    assertRefused("\"seccomp\":\"unconfined\"", "FORBIDDEN");
  }

  @Test
  void aProfileOfOnesOwnIsInForceAndDoesNotWidenTheDefault() {
    String profile =
        "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\"],"
            + "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":28}]}";

    assertThat(runs.output("exec 2>&1; mkdir /d; unshare -U true; echo over", profile))
        .contains("No space left", "Operation not permitted")
        .endsWith("over\n");
  }

  @Test
  void aLimitThatTheHostCannotGiveIsRefused() {
    assertRefused("\"resources\":{\"ulimits\":{\"nofile\":1000000000000}}", "UNSUPPORTED");
  }

  @Test
  void whatContainersNeverHaveIsRefusedAtOnce() {
    for (String field :
        List.of(
            "\"capabilities\":{\"add\":[\"SYS_ADMIN\"]}",
            "\"sysctls\":{\"kernel.core_pattern\":\"x\"}",
            "\"sysctls\":{\"net.ipv4.ip_forward\":\"1\"},\"network\":\"host\"")) {
      Http.Answer answer =
          Http.post(
              runs.url(),
              "application/json",
              Runs.shell("true", field).getBytes(StandardCharsets.UTF_8));

      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    }
  }

  /** What a command in a run writes, through a WebSocket. */
  private static final class Executed implements WebSocket.Listener {
    private static final int OUTPUT = 1;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    String in(String url, List<String> command) {
      StringBuilder query = new StringBuilder("?");
      command.forEach(word -> query.append("&command=").append(encoded(word)));
      targets.forEach((name, value) -> query.append("&env=").append(encoded(name + "=" + value)));
      try (HttpClient client = HttpClient.newHttpClient()) {
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(url.replaceFirst("http", "ws") + query), this)
            .join();
        closed.orTimeout(90, TimeUnit.SECONDS).join();
      }
      return output.toString(StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      message.writeBytes(bytes);
      if (last) {
        byte[] whole = message.toByteArray();
        message.reset();
        if (whole.length > 0 && whole[0] == OUTPUT) {
          output.write(whole, 1, whole.length - 1);
        }
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(null);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable problem) {
      closed.completeExceptionally(problem);
    }
  }

  private static void assertRefused(String field, String reason) {
    String id = runs.start(Runs.shell("true", field));

    JsonNode run = runs.awaitState(id, "rejected");

    assertThat(run.toString()).contains("\"" + reason + "\"");
  }

  private static void assertNothingEscapes(String more) {
    String id = runs.start(request("[\"gantry-probes\",\"inside\"]", more));
    runs.awaitExit(id);
    String report = runs.log(id);
    runs.remove(id);
    assertThat(unstopped(report)).isEmpty();
  }

  /** Lines of a whole report that do not say that an attempt was stopped. */
  private static List<String> unstopped(String report) {
    assertThat(report.lines().count()).as(report).isGreaterThan(60);
    return report.lines().filter(line -> !line.startsWith("stopped\t")).toList();
  }

  private static String request(String command, String more) {
    StringBuilder env = new StringBuilder();
    new TreeMap<>(targets)
        .forEach(
            (name, value) ->
                env.append(env.isEmpty() ? "" : ",")
                    .append("\"%s\":\"%s\"".formatted(name, value)));
    return "{\"image\":\"%s\",\"command\":%s,\"env\":{%s}%s}".formatted(IMAGE, command, env, more);
  }
}
