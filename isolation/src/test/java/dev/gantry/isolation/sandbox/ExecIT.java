package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.console.Exec;
import dev.gantry.isolation.console.ExecSpec;
import dev.gantry.isolation.console.TerminalSize;
import dev.gantry.linux.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Commands that are executed in a sandbox that runs. */
class ExecIT {
  private static SandboxFixture sandboxes;
  private static Sandbox sandbox;

  @BeforeAll
  static void open() throws Exception {
    sandboxes = SandboxFixture.open();
    sandbox = sandboxes.host.launch(sandboxes.shell("while true; do sleep 1; done"));
  }

  @AfterAll
  static void close() throws Exception {
    sandboxes.close();
  }

  @Test
  void theExitCodeIsThatOfTheCommand() throws Exception {
    assertThat(run("exit 7").code).isEqualTo(7);
  }

  @Test
  void outputAndErrorAreToldApart() throws Exception {
    Ran ran = run("echo out; echo err >&2");

    assertThat(List.of(ran.stdout, ran.stderr)).containsExactly("out\n", "err\n");
  }

  @Test
  void anyAmountOfOutputComesOutAsItIs() throws Exception {
    assertThat(run("seq 300000").stdout).hasLineCount(300_000).endsWith("\n299999\n300000\n");
  }

  @Test
  void theCommandReadsWhatIsWrittenToIt() throws Exception {
    try (Exec exec = sandbox.exec(with(true, "cat", "-"))) {
      byte[] sent = "x".repeat(500_000).getBytes(StandardCharsets.US_ASCII);
      Thread.ofVirtual()
          .start(
              () -> {
                try (var in = exec.stdin()) {
                  in.write(sent);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });

      assertThat(exec.stdout().readAllBytes()).isEqualTo(sent);
    }
  }

  @Test
  void withoutInputItIsAtItsEnd() throws Exception {
    assertThat(run("cat; echo end").stdout).isEqualTo("end\n");
  }

  @Test
  void aCommandThatIsMissingExitsWith127AndSaysSo() throws Exception {
    Ran ran = run(ExecSpec.of(List.of("no-such-command")));

    assertThat(ran.code).isEqualTo(127);
    assertThat(ran.stderr).contains("no-such-command");
  }

  @Test
  void aCommandThatCannotBeExecutedExitsWith126() throws Exception {
    assertThat(run(ExecSpec.of(List.of("/bin/not-executable"))).code).isEqualTo(126);
  }

  @Test
  void itRunsAsTheUserInTheDirectoryWithTheVariables() throws Exception {
    ExecSpec spec =
        new ExecSpec(
            List.of("sh", "-c", "id -un; id -Gn; pwd; echo $A $HOME"),
            List.of("A=b", "PATH=/bin"),
            "/tmp",
            "app",
            Optional.empty(),
            false);

    assertThat(run(spec).stdout).isEqualTo("app\napp extra\n/tmp\nb /home/app\n");
  }

  @Test
  void aDirectoryThatIsMissingIsAFailedStage() {
    ExecSpec spec = new ExecSpec(List.of("true"), List.of(), "/none", "", Optional.empty(), false);

    assertThatThrownBy(() -> sandbox.exec(spec))
        .isInstanceOfSatisfying(
            SandboxException.class,
            e -> assertThat(e.stage() + e.errno()).isEqualTo("workdir" + Errno.ENOENT.number()));
  }

  @Test
  void aDirectoryOfTheHostBehindADescriptorIsOutOfReach() {
    for (int number = 0; number < 12; number++) {
      ExecSpec spec =
          new ExecSpec(
              List.of("pwd"), List.of(), "/proc/self/fd/" + number, "", Optional.empty(), false);
      assertThatThrownBy(() -> sandbox.exec(spec)).isInstanceOf(SandboxException.class);
    }
  }

  @Test
  void noDescriptorIsInherited() throws Exception {
    // The fourth is ls's own, of the directory it lists.
    assertThat(run("ls /proc/self/fd").stdout).isEqualTo("0\n1\n2\n3\n");
  }

  @Test
  void itIsInTheSandboxsNamespaces() throws Exception {
    assertThat(
            run("for n in user mnt pid net ipc uts cgroup; do"
                    + " [ $(readlink /proc/self/ns/$n) = $(readlink /proc/1/ns/$n) ] || echo $n; done")
                .stdout)
        .isEmpty();
  }

  @Test
  void itIsInTheSandboxsControlGroups() throws Exception {
    assertThat(run("cmp /proc/self/cgroup /proc/1/cgroup").code).isZero();
  }

  @Test
  void itIsConfinedAsTheFirstProcessIs() throws Exception {
    String fields = "grep -E '^(Cap|NoNewPrivs|Seccomp:|Uid|Gid)' /proc/%s/status";

    Ran own = run(fields.formatted("self"));

    assertThat(own.stdout).isEqualTo(run(fields.formatted("1")).stdout).contains("Seccomp:\t2");
  }

  @Test
  void aTerminalIsOneAndHasItsSize() throws Exception {
    ExecSpec spec = terminal("tty && stty size");

    assertThat(run(spec).stdout).matches("/dev/pts/\\d+\r\n40 100\r\n");
  }

  @Test
  void aTerminalChangesItsSize() throws Exception {
    try (Exec exec =
        sandbox.exec(
            terminal("trap 'stty size; exit' WINCH; echo go; while true; do sleep 0.1; done"))) {
      readUntil(exec, "go");
      exec.resize(new TerminalSize(20, 50));

      assertThat(readUntil(exec, "50")).contains("20 50");
    }
  }

  @Test
  void closingTheInputOfATerminalEndsIt() throws Exception {
    try (Exec exec = sandbox.exec(terminal("cat; echo over"))) {
      exec.stdin().write("hello\n".getBytes(StandardCharsets.US_ASCII));
      readUntil(exec, "hello\r\nhello\r\n");
      exec.stdin().close();

      assertThat(readUntil(exec, "over")).contains("over");
    }
  }

  @Test
  void aSignalReachesTheCommand() throws Exception {
    try (Exec exec = sandbox.exec(ExecSpec.of(List.of("sleep", "600")))) {
      exec.signal(15);

      assertThat(exec.exit().get(30, TimeUnit.SECONDS)).isEqualTo(128 + 15);
    }
  }

  @Test
  void whoHangsUpEndsWhatWasStarted() throws Exception {
    Exec exec = sandbox.exec(ExecSpec.of(List.of("sh", "-c", "trap '' HUP; sleep 7654")));

    exec.close();

    awaitNoProcess("sleep 7654");
  }

  @Test
  void aProcessLeftBehindDoesNotKeepTheCommandFromEnding() throws Exception {
    assertThat(run("yes >&1 & exit 4").code).isEqualTo(4);
    run("killall yes");
  }

  @Test
  void theEndOfTheSandboxEndsWhatRunsInIt() throws Exception {
    Sandbox shortly = sandboxes.host.launch(sandboxes.spec("sleep", "600"));
    Exec exec = shortly.exec(ExecSpec.of(List.of("sleep", "600")));

    shortly.kill();

    assertThat(exec.exit().get(30, TimeUnit.SECONDS)).isEqualTo(128 + 9);
    assertThat(shortly.exit().get(30, TimeUnit.SECONDS).code()).isEqualTo(128 + 9);
  }

  @Test
  void nothingIsExecutedInASandboxThatHasEnded() throws Exception {
    SandboxFixture.Result ended = sandboxes.run(sandboxes.spec("true"));

    assertThatThrownBy(() -> ended.sandbox().exec(ExecSpec.of(List.of("true"))))
        .isInstanceOf(SandboxException.class);
  }

  @Test
  void clientsThatAreTooManyAreRefusedAndTheOthersServed() throws Exception {
    Sandbox busy = sandboxes.host.launch(sandboxes.spec("sleep", "600"));
    List<Exec> all = new ArrayList<>();
    try {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  all.add(busy.exec(ExecSpec.of(List.of("sleep", "600"))));
                }
              })
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN.number()));
      assertThat(all).hasSize(32);
    } finally {
      all.forEach(Exec::close);
    }
  }

  @Test
  void aClientThatTakesNoOutputDelaysNoOther() throws Exception {
    try (Exec hung = sandbox.exec(ExecSpec.of(List.of("yes")))) {
      assertThat(run("echo hello").stdout).isEqualTo("hello\n");
      assertThat(hung.exit()).isNotDone();
    }
  }

  @Test
  void itOutlivesTheServiceAndIsUsableAfterwards() throws Exception {
    try (SandboxFixture own = SandboxFixture.open()) {
      SandboxSpec spec = own.spec("sleep", "600");
      own.host.launch(spec).exec(ExecSpec.of(List.of("sleep", "600")));
      own.restartHost();

      Sandbox again = own.host.adopt(spec.directory()).orElseThrow();

      assertThat(again.exec(ExecSpec.of(List.of("true"))).exit().get(30, TimeUnit.SECONDS))
          .isZero();
    }
  }

  private record Ran(int code, String stdout, String stderr) {}

  private static Ran run(String script) throws Exception {
    return run(ExecSpec.of(List.of("sh", "-c", script)));
  }

  private static Ran run(ExecSpec spec) throws Exception {
    try (Exec exec = sandbox.exec(spec)) {
      String stdout = new String(exec.stdout().readAllBytes(), StandardCharsets.UTF_8);
      String stderr = new String(exec.stderr().readAllBytes(), StandardCharsets.UTF_8);
      return new Ran(exec.exit().get(60, TimeUnit.SECONDS), stdout, stderr);
    }
  }

  private static ExecSpec with(boolean stdin, String... argv) {
    return new ExecSpec(List.of(argv), List.of(), "", "", Optional.empty(), stdin);
  }

  private static ExecSpec terminal(String script) {
    return new ExecSpec(
        List.of("sh", "-c", script),
        List.of(),
        "",
        "",
        Optional.of(new TerminalSize(40, 100)),
        true);
  }

  private static String readUntil(Exec exec, String wanted) throws IOException {
    StringBuilder read = new StringBuilder();
    byte[] buffer = new byte[4096];
    while (read.indexOf(wanted) < 0) {
      int n = exec.output().read(buffer);
      assertThat(n).as("more after: " + read).isPositive();
      read.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
    }
    return read.toString();
  }

  private static void awaitNoProcess(String command) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (run("ps -o args | grep -x '" + command + "'").code == 0) {
      assertThat(System.nanoTime()).as("it is still there").isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
