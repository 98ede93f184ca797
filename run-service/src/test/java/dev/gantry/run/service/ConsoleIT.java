package dev.gantry.run.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Exec and attach over a real WebSocket. */
class ConsoleIT {
  private static final String ECHO = "while read x; do echo got $x; done; echo end; exit 5";

  private static TestHost host;
  private static String run;

  @BeforeAll
  static void start() throws Exception {
    host = new TestHost();
    run = started("while true; do sleep 1; done");
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  @Test
  void outputErrorAndExitCodeComeOnTheirChannels() throws Exception {
    try (TestConsole console = exec("", "sh", "-c", "echo out; echo err >&2; exit 3")) {
      assertThat(console.exitCode()).isEqualTo(3);
      assertThat(console.text(1) + console.text(2)).isEqualTo("out\nerr\n");
    }
  }

  @Test
  void theProtocolIsAgreedOn() throws Exception {
    try (TestConsole console = exec("", "true")) {
      assertThat(console.subprotocol()).isEqualTo("v5.channel.k8s.io");
    }
  }

  @Test
  void inputGoesToTheCommandUntilItsChannelIsClosed() throws Exception {
    try (TestConsole console = exec("stdin=true&", "busybox", "wc", "-c")) {
      console.send(0, "x".repeat(40_000));
      console.send(0, "y".repeat(40_000));
      console.send(255, "\0");

      assertThat(console.exitCode()).isZero();
      assertThat(console.text(1)).isEqualTo("80000\n");
    }
  }

  @Test
  void muchOutputComesWhole() throws Exception {
    try (TestConsole console = exec("", "busybox", "seq", "200000")) {
      console.exitCode();

      assertThat(console.text(1)).hasLineCount(200_000).endsWith("\n200000\n");
    }
  }

  @Test
  void aTerminalIsResized() throws Exception {
    String script = "read x; stty size";
    try (TestConsole console = exec("tty=true&stdin=true&", "sh", "-c", script)) {
      console.send(4, "{\"Width\":101,\"Height\":31}");
      console.send(0, "go\n");
      console.exitCode();

      assertThat(console.text(1)).contains("31 101");
    }
  }

  @Test
  void userDirectoryAndVariablesAreAsAsked() throws Exception {
    String query = "user=7:8&workdir=/tmp&env=A%3Db&";
    try (TestConsole console = exec(query, "sh", "-c", "id -u; id -g; pwd; echo $A")) {
      console.exitCode();

      assertThat(console.text(1)).isEqualTo("7\n8\n/tmp\nb\n");
    }
  }

  @Test
  void whatTheClientLeavesBehindIsEnded() throws Exception {
    exec("", "sleep", "54321").close();

    Await.until(
        "the end of the command",
        () -> {
          try (TestConsole console = exec("", "sh", "-c", "ps -o args | grep -x 'sleep 54321'")) {
            return console.exitCode() == 1;
          }
        });
  }

  @Test
  void anUnknownRunIsNotFound() {
    assertThat(TestConsole.refusal(port(), "/v1/runs/nobody/exec?command=true")).isEqualTo(404);
  }

  @Test
  void aRunThatIsOverIsAConflict() throws Exception {
    String over = host.start(UUID.randomUUID().toString(), "exit 0");
    host.bus.await(over, "exited");

    assertThat(TestConsole.refusal(port(), "/v1/runs/" + over + "/exec?command=true"))
        .isEqualTo(409);
  }

  @Test
  void nothingToExecuteIsRefusedAsABadParameter() {
    assertThat(TestConsole.refusal(port(), "/v1/runs/" + run + "/exec")).isEqualTo(400);
  }

  @Test
  void aMissingDirectoryIsRefusedAndNamed() {
    String path = "/v1/runs/" + run + "/exec?command=true&workdir=/none";

    assertThat(TestConsole.refusal(port(), path)).isEqualTo(422);
  }

  @Test
  void withoutAnUpgradeThereIsAProblem() throws Exception {
    assertThat(
            host.service.get("/v1/runs/" + run + "/exec?command=true").json().path("code").asText())
        .isEqualTo("INVALID_PARAMETER");
  }

  @Test
  void attachingReplaysAndTalksAndTellsTheExitCode() throws Exception {
    String talking = started(ECHO, "\"stdin\":true");
    try (TestConsole console =
        new TestConsole(port(), "/v1/runs/" + talking + "/attach?stdin=true&replay=true")) {
      console.send(0, "one\n");
      console.awaitText(1, "got one\n");
      console.send(255, "\0");

      assertThat(console.exitCode()).isEqualTo(5);
      assertThat(console.text(1)).isEqualTo("got one\nend\n");
    }
  }

  @Test
  void theOneAttachedMayLeaveAndComeBack() throws Exception {
    String talking = started(ECHO, "\"stdin\":true");
    String path = "/v1/runs/" + talking + "/attach?stdin=true";
    try (TestConsole first = new TestConsole(port(), path)) {
      first.send(0, "one\n");
      first.awaitText(1, "got one\n");
    }
    try (TestConsole second = new TestConsole(port(), path)) {
      second.send(0, "two\n");
      second.awaitText(1, "got two\n");
    }
  }

  @Test
  void aRunWithATerminalHasOne() throws Exception {
    String talking = started("read x; tty; stty size", "\"stdin\":true,\"tty\":true");
    try (TestConsole console =
        new TestConsole(port(), "/v1/runs/" + talking + "/attach?stdin=true")) {
      console.send(4, "{\"Width\":99,\"Height\":9}");
      console.send(0, "\n");
      console.exitCode();

      assertThat(console.text(1)).contains("/dev/pts/0\r\n9 99\r\n");
    }
  }

  @Test
  void attachingToAnInputThatNobodyAskedForIsRefused() {
    assertThat(TestConsole.refusal(port(), "/v1/runs/" + run + "/attach?stdin=true"))
        .isEqualTo(422);
  }

  @Test
  void aClientThatSpeaksNonsenseIsLeft() throws Exception {
    try (TestConsole console = exec("", "sleep", "600")) {
      console.send(99, "?");

      assertThat(console.closeCode()).isEqualTo(1007);
    }
  }

  private static int port() {
    return host.service.port();
  }

  private static TestConsole exec(String query, String... command) {
    String words =
        Stream.of(command)
            .map(word -> "command=" + URLEncoder.encode(word, StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return new TestConsole(port(), "/v1/runs/" + run + "/exec?" + query + words);
  }

  private static String started(String script, String... fields) throws Exception {
    String started = host.start(UUID.randomUUID().toString(), script, fields);
    host.bus.await(started, "started");
    return started;
  }
}
