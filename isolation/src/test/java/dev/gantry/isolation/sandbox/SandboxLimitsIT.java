package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.cgroup.CgroupVersion;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be done with the limits of a sandbox that runs, and what it uses. */
class SandboxLimitsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int SIGUSR1 = 10;
  private static final CgroupLimits SMALL =
      CgroupLimits.builder().memoryBytes(16 << 20).pids(50).build();

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
  void aLimitIsChangedWhileItRuns() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.shell("sleep 600"));
    sandbox.update(CgroupLimits.builder().memoryBytes(32 << 20).pids(7).build());
    assertThat(sandbox.stats().memory().limitBytes()).hasValue(32 << 20);
    assertThat(sandbox.stats().pids().limit()).hasValue(7);
    sandbox.destroy();
  }

  @Test
  void withoutALimitOfProcessesThereIsTheDefault() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.shell("sleep 600"));
    assertThat(sandbox.stats().pids().limit()).hasValue(4096);
    sandbox.destroy();
  }

  @Test
  void aPausedSandboxStandsStillUntilItIsUnpaused() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.shell("while :; do :; done"));
    sandbox.pause();
    Duration before = sandbox.stats().cpu().total();
    Thread.sleep(50);
    assertThat(sandbox.stats().cpu().total()).isEqualTo(before);
    sandbox.unpause();
    await("progress", () -> sandbox.stats().cpu().total().compareTo(before.plusMillis(5)) > 0);
    sandbox.destroy();
  }

  @Test
  void aPausedSandboxCanBeKilled() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.shell("sleep 600"));
    sandbox.pause();
    sandbox.kill();
    ExitRecord exit = sandbox.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(exit.signal()).hasValue(9);
    sandbox.destroy();
  }

  @Test
  void aPauseOutlivesTheService() throws Exception {
    SandboxSpec spec = sandboxes.shell("sleep 600");
    sandboxes.host.launch(spec).pause();
    sandboxes.restartHost();
    Sandbox adopted = sandboxes.host.adopt(spec.directory()).orElseThrow();
    assertThat(adopted.paused()).isTrue();
    adopted.destroy();
  }

  @Test
  void itsProcessesAreKnown() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.shell("sleep 600 & sleep 600 & wait"));
    await("its children", () -> sandbox.processes().size() == 3);
    assertThat(sandbox.processes()).contains(sandbox.pid());
    sandbox.destroy();
  }

  @Test
  void aKillForWantOfMemoryIsToldWhenItHappens() throws Exception {
    SandboxSpec spec =
        sandboxes.shell("trap 'tail /dev/zero' USR1; echo ready; while :; do sleep 0.1; done");
    Sandbox sandbox = sandboxes.host.launch(SandboxFixture.with(spec, SMALL));
    AtomicLong told = new AtomicLong();
    sandbox.onOom(told::set);
    await("the trap", () -> SandboxFixture.output(spec, "stdout").contains("ready"));
    sandbox.signal(SIGUSR1); // once: a slow kernel that is signalled on and on never forks

    await("the kill", () -> told.get() > 0);
    sandbox.destroy();
  }

  @Test
  void aKillBeforeAnybodyListenedIsToldAtOnce() throws Exception {
    SandboxSpec spec = SandboxFixture.with(sandboxes.shell("tail /dev/zero; sleep 600"), SMALL);
    Sandbox sandbox = sandboxes.host.launch(spec);
    await("the kill", () -> sandbox.stats().memory().oomKills().orElseThrow() > 0);
    AtomicLong told = new AtomicLong();
    sandbox.onOom(told::set);
    await("the telling", () -> told.get() > 0);
    sandbox.destroy();
  }

  @Test
  void inVersion2NobodyIsLeftAfterAKillForWantOfMemory() throws Exception {
    SandboxSpec spec = SandboxFixture.with(sandboxes.shell("tail /dev/zero; sleep 600"), SMALL);
    Sandbox sandbox = sandboxes.host.launch(spec);
    await("the kill", () -> sandbox.stats().memory().oomKills().orElseThrow() > 0);
    if (sandboxes.host.cgroups() == CgroupVersion.V2) {
      ExitRecord exit = sandbox.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(exit.oomKilled()).isTrue();
    } else {
      assertThat(sandbox.alive()).isTrue();
    }
    sandbox.destroy();
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
