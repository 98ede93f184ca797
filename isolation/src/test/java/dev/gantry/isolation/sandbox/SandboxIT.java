package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.linux.Errno;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SandboxIT {
  private static final long SECONDS_MAX = 60;
  private static SandboxFixture sandboxes;

  @BeforeAll
  static void open() throws Exception {
    sandboxes = SandboxFixture.open();
  }

  @AfterAll
  static void close() throws Exception {
    sandboxes.close();
  }

  @Test
  void aCommandRunsAndItsOutputIsLogged() throws Exception {
    assertThat(sandboxes.runShell("echo hello")).isEqualTo("hello");
  }

  @Test
  void anExitCodeIsRecorded() throws Exception {
    ExitRecord exit = sandboxes.run(sandboxes.shell("exit 7")).exit();

    assertThat(exit.code()).isEqualTo(7);
  }

  @Test
  void anExitIsTimedBetweenStartAndNow() throws Exception {
    Instant before = Instant.now();

    ExitRecord exit = sandboxes.run(sandboxes.spec("true")).exit();

    assertThat(exit.startedAt()).isBetween(before, exit.exitedAt());
    assertThat(exit.exitedAt()).isBeforeOrEqualTo(Instant.now());
  }

  @Test
  void aCommandThatIsMissingEndsWith127() throws Exception {
    ExitRecord exit = sandboxes.run(sandboxes.spec("no-such-command")).exit();

    assertThat(exit.code()).isEqualTo(127);
    assertThat(exit.failure())
        .contains(
            new ExitRecord.Failure(ExitRecord.EXEC, Errno.ENOENT.number(), "no-such-command"));
  }

  @Test
  void aCommandThatIsNotExecutableEndsWith126() throws Exception {
    ExitRecord exit = sandboxes.run(sandboxes.spec("/bin/not-executable")).exit();

    assertThat(exit.code()).isEqualTo(126);
    assertThat(exit.failure().map(ExitRecord.Failure::errno)).contains(Errno.EACCES.number());
  }

  @Test
  void aSignalThatIsNotHandledCannotEndTheFirstProcessButKillCan() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));
    sandbox.signal(15);

    sandbox.kill();

    ExitRecord exit = sandbox.exit().get(SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(exit.code()).isEqualTo(137);
    assertThat(exit.signal()).hasValue(9);
    assertThat(exit.oomKilled()).isFalse();
  }

  @Test
  void aSignalThatIsHandledArrives() throws Exception {
    SandboxSpec spec =
        sandboxes.shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done");
    Sandbox sandbox = sandboxes.host.launch(spec);
    while (!SandboxFixture.output(spec, "stdout").contains("ready")) {
      Thread.onSpinWait();
    }

    sandbox.signal(15);

    assertThat(sandbox.exit().get(SECONDS_MAX, TimeUnit.SECONDS).code()).isEqualTo(5);
  }

  @Test
  void aFirstProcessThatStopsItselfHasNotEnded() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));

    sandbox.signal(19);

    assertThat(sandbox.exit().completeOnTimeout(null, 300, TimeUnit.MILLISECONDS).get()).isNull();
    sandbox.kill();
    assertThat(sandbox.exit().get(SECONDS_MAX, TimeUnit.SECONDS).code()).isEqualTo(137);
  }

  @Test
  void tooMuchMemoryIsToldAsSuch() throws Exception {
    SandboxSpec spec = sandboxes.shell("tail /dev/zero");
    CgroupLimits limits = CgroupLimits.builder().memoryBytes(16 << 20).build();

    ExitRecord exit = sandboxes.run(SandboxFixture.with(spec, limits)).exit();

    assertThat(exit.oomKilled()).isTrue();
  }

  @Test
  void tooManyProcessesAreRefused() throws Exception {
    SandboxSpec spec = sandboxes.shell("for i in $(seq 30); do sleep 5 & done; wait");
    CgroupLimits limits = CgroupLimits.builder().pids(10).build();

    SandboxFixture.Result result = sandboxes.run(SandboxFixture.with(spec, limits));

    assertThat(result.stderr()).contains("can't fork");
  }

  @Test
  void theFirstProcessTakesAllOthersWithIt() throws Exception {
    SandboxFixture.Result result = sandboxes.run(sandboxes.shell("sleep 1000 & echo started"));

    assertThat(result.stdout()).isEqualTo("started\n");
  }

  @Test
  void aUserIsLookedUpInTheImage() throws Exception {
    assertThat(id("app")).isEqualTo("uid=1000(app) gid=1001(app) groups=1002(extra)");
  }

  @Test
  void aUserByNumberNeedsNoEntry() throws Exception {
    assertThat(id("4321:99")).isEqualTo("uid=4321 gid=99");
  }

  @Test
  void aGroupThatIsNamedReplacesAllOthers() throws Exception {
    assertThat(id("app:wheel")).isEqualTo("uid=1000(app) gid=10(wheel)");
  }

  @Test
  void aUserThatTheImageDoesNotKnowIsAFailedStage() {
    assertThatThrownBy(() -> id("nobody-here"))
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.stage()).isEqualTo("user"))
        .hasMessageContaining("nobody-here");
  }

  @Test
  void homeIsTheUsersWhenTheEnvironmentHasNone() throws Exception {
    SandboxSpec spec = sandboxes.shell("echo $HOME");

    SandboxFixture.Result result =
        sandboxes.run(SandboxFixture.with(spec, process -> process.user("app")));

    assertThat(result.stdout()).isEqualTo("/home/app\n");
  }

  @Test
  void aWorkingDirectoryIsMadeWhenMissing() throws Exception {
    SandboxSpec spec = sandboxes.shell("pwd");

    SandboxFixture.Result result =
        sandboxes.run(SandboxFixture.with(spec, process -> process.workdir("/srv/deep/er")));

    assertThat(result.stdout()).isEqualTo("/srv/deep/er\n");
  }

  @Test
  void standardInputIsEmpty() throws Exception {
    assertThat(sandboxes.runShell("cat; echo done")).isEqualTo("done");
  }

  @Test
  void standardOutputCanBeOpenedByItsName() throws Exception {
    SandboxSpec spec = sandboxes.shell("echo again > /dev/stdout");

    SandboxFixture.Result result =
        sandboxes.run(SandboxFixture.with(spec, process -> process.user("app")));

    assertThat(result.stdout()).isEqualTo("again\n");
  }

  private static String id(String user) throws Exception {
    SandboxSpec spec = sandboxes.spec("id");
    return sandboxes.run(SandboxFixture.with(spec, process -> process.user(user))).stdout().strip();
  }
}
