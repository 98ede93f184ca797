package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.cgroup.CgroupHierarchy;
import dev.gantry.linux.process.ProcessId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sandboxes outlive whoever started them, and leave nothing when they are discarded. */
class RecoveryIT {
  private static final long SECONDS_MAX = 60;
  private SandboxFixture sandboxes;

  @BeforeEach
  void open() throws Exception {
    sandboxes = SandboxFixture.open();
  }

  @AfterEach
  void close() throws Exception {
    sandboxes.close();
  }

  @Test
  void aSandboxThatLivesIsAdopted() throws Exception {
    Sandbox before = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));
    sandboxes.restartHost();

    Sandbox after = sandboxes.host.adopt(before.directory()).orElseThrow();

    assertThat(after.alive()).isTrue();
    assertThat(List.of(after.id(), after.pid(), after.startedAt()))
        .isEqualTo(List.of(before.id(), before.pid(), before.startedAt()));
  }

  @Test
  void anAdoptedSandboxTellsItsExit() throws Exception {
    Sandbox before = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));
    sandboxes.restartHost();
    Sandbox after = sandboxes.host.adopt(before.directory()).orElseThrow();

    after.kill();

    assertThat(after.exit().get(SECONDS_MAX, TimeUnit.SECONDS).code()).isEqualTo(137);
  }

  @Test
  void anExitThatNobodySawIsTold() throws Exception {
    SandboxSpec spec = sandboxes.shell("exit 9");
    sandboxes.run(spec);
    sandboxes.restartHost();

    Sandbox after = sandboxes.host.adopt(spec.directory()).orElseThrow();

    assertThat(after.exit().get(SECONDS_MAX, TimeUnit.SECONDS).code()).isEqualTo(9);
  }

  @Test
  void aSandboxDiesWithItsShim() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.shell("sleep 1000 & sleep 1000"));
    ProcessId first = ProcessId.of(sandbox.pid()).orElseThrow();

    new SandboxFiles(sandbox.directory()).shim().orElseThrow().signal(9);

    ExitRecord exit = sandbox.exit().get(SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(exit.failure().map(ExitRecord.Failure::stage)).contains(ExitRecord.SHIM_LOST);
    assertThat(exit.code()).isEqualTo(137);
    eventuallyDead(first);
  }

  @Test
  void aShimThatDiedWhileNobodyLookedIsALostSandbox() throws Exception {
    Sandbox before = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));
    ProcessId shim = new SandboxFiles(before.directory()).shim().orElseThrow();
    sandboxes.host.close();
    shim.signal(9);
    sandboxes.restartHost();

    Sandbox after = sandboxes.host.adopt(before.directory()).orElseThrow();

    assertThat(after.exit().get(SECONDS_MAX, TimeUnit.SECONDS).failure()).isPresent();
  }

  @Test
  void aSandboxOfAnEarlierBootIsLostWhoeverHasItsNumberNow() throws Exception {
    Sandbox before = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));
    ProcessId shim = new SandboxFiles(before.directory()).shim().orElseThrow();
    sandboxes.host.close();
    shim.signal(9);
    Process stranger = new ProcessBuilder("sleep", "1000").start();
    ProcessId number = ProcessId.of(stranger.pid()).orElseThrow();
    Files.writeString(
        before.directory().resolve("shim.pid"),
        "%d %d %s%n".formatted(number.pid(), number.startTicks(), UUID.randomUUID()));
    sandboxes.restartHost();

    Sandbox after = sandboxes.host.adopt(before.directory()).orElseThrow();

    assertThat(after.exit().get(SECONDS_MAX, TimeUnit.SECONDS).failure()).isPresent();
    stranger.destroyForcibly().waitFor();
  }

  @Test
  void aSandboxThatNeverStartedIsNotAdopted() throws Exception {
    SandboxSpec spec = SandboxFixture.with(sandboxes.spec("true"), process -> process.user("who"));
    assertThatThrownBy(() -> sandboxes.host.launch(spec)).isInstanceOf(SandboxException.class);

    assertThat(sandboxes.host.adopt(spec.directory())).isEmpty();
  }

  @Test
  void aStartThatFailedLeavesNoControlGroup() throws Exception {
    SandboxSpec spec = SandboxFixture.with(sandboxes.spec("true"), process -> process.user("who"));

    assertThatThrownBy(() -> sandboxes.host.launch(spec)).isInstanceOf(SandboxException.class);

    assertThat(CgroupHierarchy.detect(sandboxes.cgroupParent).names()).isEmpty();
  }

  @Test
  void destroyingLeavesNothing() throws Exception {
    Sandbox sandbox =
        sandboxes.host.launch(sandboxes.shell("mkdir -p /a/b; echo x > /a/b/c; sleep 1000"));
    ProcessId shim = new SandboxFiles(sandbox.directory()).shim().orElseThrow();

    sandbox.destroy();

    assertThat(sandbox.directory()).doesNotExist();
    assertThat(CgroupHierarchy.detect(sandboxes.cgroupParent).names()).isEmpty();
    assertThat(shim.alive()).isFalse();
    assertThat(Files.exists(Path.of("/proc/" + sandbox.pid()))).isFalse();
  }

  @Test
  void destroyingTwiceIsFine() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));
    sandbox.destroy();

    sandbox.destroy();

    assertThat(sandbox.directory()).doesNotExist();
  }

  @Test
  void whoWaitsForTheExitOfADestroyedSandboxIsTold() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));

    sandbox.destroy();

    assertThat(sandbox.exit().get(SECONDS_MAX, TimeUnit.SECONDS).failure()).isEmpty();
  }

  private static void eventuallyDead(ProcessId process) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (process.alive() && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertThat(process.alive()).isFalse();
  }
}
