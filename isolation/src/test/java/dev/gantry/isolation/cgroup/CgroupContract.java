package dev.gantry.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every hierarchy of control groups must do, with real processes. */
abstract class CgroupContract {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String GROUP = "0123456789abcdef";

  private final List<Process> processes = new ArrayList<>();
  private CgroupHierarchy hierarchy;

  /** The hierarchy under test, below this parent. */
  abstract CgroupHierarchy open(String parent) throws IOException;

  @BeforeEach
  void openHierarchy() throws IOException {
    hierarchy = open("gantry-test-" + ProcessHandle.current().pid() + "/contract");
  }

  @AfterEach
  void removeAll() throws IOException {
    processes.forEach(Process::destroyForcibly);
    for (String name : hierarchy.names()) {
      Cgroup group = hierarchy.find(name).orElseThrow();
      group.kill();
      group.remove();
    }
    hierarchy.removeParent();
    open("gantry-test-" + ProcessHandle.current().pid()).removeParent();
  }

  @Test
  void aProcessThatIsWrittenToAllProcsFilesIsInTheGroup() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    Process process = in(group, "exec sleep 600");
    assertThat(group.processes()).containsExactly(process.pid());
  }

  @Test
  void theGroupIsFoundByItsName() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    assertThat(hierarchy.find(GROUP).orElseThrow().directories()).isEqualTo(group.directories());
  }

  @Test
  void allGroupsAreListed() throws Exception {
    hierarchy.create("b", CgroupLimits.NONE);
    hierarchy.create("a", CgroupLimits.NONE);
    assertThat(hierarchy.names()).containsExactly("a", "b");
  }

  @Test
  void aGroupThatExistsIsTakenOverWithNewLimits() throws Exception {
    hierarchy.create(GROUP, limits(64 << 20, 1, 10));
    Cgroup again = hierarchy.create(GROUP, limits(128 << 20, 2, 1));
    Process process = in(again, "true; sleep 600");
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isNotZero();
  }

  @Test
  void moreMemoryThanTheLimitIsAnOomKillThatIsCounted() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(16 << 20, 1, 100));
    Process process = in(group, "tail /dev/zero; exit 7");
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(group.oomCounter().read()).isPositive();
  }

  @Test
  void withoutAnOomKillNothingIsCounted() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(16 << 20, 1, 100));
    assertThat(group.oomCounter().read()).isZero();
  }

  @Test
  void moreProcessesThanTheLimitCannotBeForked() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(64 << 20, 1, 5));
    Process process = in(group, "for i in 1 2 3 4 5 6 7 8 9; do sleep 600 & done; exit 0");
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isNotZero();
  }

  @Test
  void moreProcessorTimeThanTheLimitIsThrottled() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(64 << 20, 0.05, 10));
    in(group, "while :; do :; done");
    Path stat =
        group.directories().stream()
            .map(directory -> directory.resolve("cpu.stat"))
            .filter(Files::exists)
            .findFirst()
            .orElseThrow();
    await("throttled", () -> GroupDirectory.entry(stat, "nr_throttled") > 0);
  }

  @Test
  void usageCountsProcessesMemoryAndProcessorTime() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    in(group, "while :; do :; done");
    await("processor time", () -> group.usage().cpu().toMillis() > 10);
    assertThat(group.usage().pids()).isEqualTo(1);
    assertThat(group.usage().memoryBytes()).isPositive();
  }

  @Test
  void killEndsProcessesThatForkMeanwhile() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(256 << 20, 2, 60));
    in(group, "trap '' TERM; while :; do (sleep 600 & sleep 0.01) & sleep 0.001; done");
    await("forks", () -> group.processes().size() > 20);
    group.kill();
    await("all dead", () -> group.processes().isEmpty());
  }

  @Test
  void killReachesGroupsBelow() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    for (Path directory : group.directories()) {
      Files.createDirectory(directory.resolve("below"));
    }
    Process process = inFiles(group, "below/cgroup.procs", "exec sleep 600");
    group.kill();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void removeTakesGroupsBelowAlong() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    for (Path directory : group.directories()) {
      Files.createDirectories(directory.resolve("below/deeper"));
    }
    group.remove();
    assertThat(hierarchy.find(GROUP)).isEmpty();
  }

  @Test
  void removeWaitsForKilledProcesses() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    in(group, "for i in 1 2 3 4 5; do sleep 600 & done; wait");
    group.kill();
    group.remove();
    assertThat(group.directories()).noneMatch(Files::exists);
  }

  @Test
  void whatIsGoneCanBeKilledAndRemovedAgain() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    group.remove();
    group.kill();
    group.remove();
    assertThat(group.processes()).isEmpty();
  }

  @Test
  void aNameThatLeadsElsewhereIsRefused() {
    assertThatThrownBy(() -> hierarchy.create("../escape", CgroupLimits.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static CgroupLimits limits(long memoryBytes, double cpus, int pids) {
    return new CgroupLimits(
        OptionalLong.of(memoryBytes), OptionalDouble.of(cpus), OptionalInt.of(pids));
  }

  private Process in(Cgroup group, String script) throws Exception {
    return inFiles(group, "cgroup.procs", script);
  }

  /** Runs a script in the group; it is there when this returns, or has ended already. */
  private Process inFiles(Cgroup group, String file, String script) throws Exception {
    String join =
        group.directories().stream()
            .map(directory -> "echo $$ > " + directory.resolve(file))
            .collect(Collectors.joining(" && "));
    Process process =
        new ProcessBuilder("/bin/sh", "-c", join + " && echo in; " + script)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(process);
    assertThat(process.getInputStream().readNBytes(3)).asString().isEqualTo("in\n");
    return process;
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
