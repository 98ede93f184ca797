package dev.gantry.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every hierarchy of control groups must do, with real processes. */
abstract class CgroupContract extends CgroupFixture {
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
  void statisticsCountProcessesMemoryAndProcessorTime() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    in(group, "while :; do :; done");
    await("processor time", () -> group.stats().cpu().total().toMillis() > 10);
    assertThat(group.stats().pids().current()).hasValue(1);
    assertThat(group.stats().memory().currentBytes().orElseThrow()).isPositive();
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

  @Test
  void aWeightIsTheSharesOfVersion1() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.builder().cpuWeight(200).build());
    assertThat(setting(group, "cpu.weight", "cpu.shares")).isIn("200", "2048");
  }

  @Test
  void aReservationIsKept() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.builder().reservationBytes(MEBI).build());
    assertThat(setting(group, "memory.low", "memory.soft_limit_in_bytes"))
        .isEqualTo(Long.toString(MEBI));
  }

  @Test
  void swapBeyondMemoryIsAllowedWhereTheKernelAccountsIt() throws Exception {
    CgroupLimits limits = CgroupLimits.builder().memoryBytes(64 * MEBI).swapBytes(MEBI).build();
    if (!refused(Feature.SWAP, limits)) {
      Cgroup group = hierarchy.create(GROUP, limits);
      assertThat(setting(group, "memory.swap.max", "memory.memsw.limit_in_bytes"))
          .isIn(Long.toString(MEBI), Long.toString(65 * MEBI));
    }
  }

  @Test
  void processesRunOnTheProcessorsOfTheSet() throws Exception {
    if (!refused(Feature.CPUSET, FIRST_CPU)) {
      Process process = in(hierarchy.create(GROUP, FIRST_CPU), "exec sleep 600");
      assertThat(processorsOf(process)).isEqualTo("0");
    }
  }

  @Test
  void aSetOfProcessorsThatIsGivenLaterHoldsForWhoRunsAlready() throws Exception {
    if (!refused(Feature.CPUSET, FIRST_CPU)) {
      Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
      Process process = in(group, "exec sleep 600");
      group.update(FIRST_CPU);
      assertThat(processorsOf(process)).isEqualTo("0");
    }
  }

  @Test
  void aSetOfProcessorsCanBeTakenBack() throws Exception {
    if (!refused(Feature.CPUSET, FIRST_CPU)) {
      Cgroup group = hierarchy.create(GROUP, FIRST_CPU);
      Process process = in(group, "exec sleep 600");
      group.update(CgroupLimits.NONE);
      assertThat(processorsOf(process)).isEqualTo(hierarchy.cpus().toString());
    }
  }

  @Test
  void whatMayBeReadAndWrittenInASecondIsKeptUntilItIsTakenBack() throws Exception {
    IoLimit limit =
        new IoLimit(
            disk(),
            OptionalLong.of(MEBI),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.of(100));
    CgroupLimits limits = CgroupLimits.builder().io(List.of(limit)).build();
    if (!refused(Feature.IO_LIMIT, limits)) {
      Cgroup group = hierarchy.create(GROUP, limits);
      assertThat(setting(group, "io.max", "blkio.throttle.read_bps_device"))
          .contains(disk().toString(), "1048576");
      group.update(CgroupLimits.NONE);
      assertThat(setting(group, "io.max", "blkio.throttle.read_bps_device")).isEmpty();
    }
  }

  @Test
  void aShareOfDisksIsGivenWhereTheKernelHasThem() throws Exception {
    CgroupLimits limits = CgroupLimits.builder().ioWeight(200).build();
    if (!refused(Feature.IO_WEIGHT, limits)) {
      String[] files = {"io.weight", "io.bfq.weight", "blkio.bfq.weight", "blkio.weight"};
      assertThat(setting(hierarchy.create(GROUP, limits), files))
          .isIn("default 200", "109", "default 109");
    }
  }

  @Test
  void moreProcessesCanBeForkedOnceTheLimitIsRaised() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(64 * MEBI, 1, 2));
    in(group, "while ! (true; sleep 600 & sleep 600 &) 2>/dev/null; do :; done; exec sleep 600");
    group.update(limits(64 * MEBI, 1, 10));
    await("forks", () -> group.processes().size() == 3);
  }

  @Test
  void aLimitBelowWhatCanBeReclaimedTakesItAway() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(256 * MEBI, 1, 10));
    Path file = directory.resolve("file");
    Process process = // what is not on the disk yet cannot be taken away at once
        in(
            group,
            "head -c 25165824 /dev/zero > %s; sync %s; echo; exec sleep 600".formatted(file, file));
    assertThat(process.getInputStream().read()).isEqualTo('\n');
    group.update(limits(16 * MEBI, 1, 10));
    assertThat(group.stats().memory().currentBytes().orElseThrow()).isLessThanOrEqualTo(16 * MEBI);
  }

  @Test
  void aLimitBelowWhatIsInUseIsRefusedAndNobodyIsKilled() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(256 * MEBI, 1, 10));
    Process process = in(group, HOLDS_24_MEBI);
    await("use", () -> group.stats().memory().anonymousBytes().orElseThrow() > 20 * MEBI);
    assertThatThrownBy(() -> group.update(limits(16 * MEBI, 1, 10)))
        .isInstanceOf(LimitRefusedException.class)
        .hasMessageContaining("16777216");
    assertThat(process.isAlive()).isTrue();
    assertThat(group.stats().memory().limitBytes()).hasValue(256 * MEBI);
  }

  @Test
  void aFrozenGroupStandsStillUntilItIsThawed() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    in(group, "while :; do :; done");
    group.freeze();
    Duration before = group.stats().cpu().total();
    Thread.sleep(50);
    assertThat(group.stats().cpu().total()).isEqualTo(before);
    group.thaw();
    await("progress", () -> group.stats().cpu().total().compareTo(before.plusMillis(5)) > 0);
  }

  @Test
  void aGroupSaysWhetherItIsFrozen() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    in(group, "exec sleep 600");
    group.freeze();
    assertThat(group.frozen()).isTrue();
    group.thaw();
    assertThat(group.frozen()).isFalse();
  }

  @Test
  void aFrozenGroupCanBeKilled() throws Exception {
    Cgroup group = hierarchy.create(GROUP, CgroupLimits.NONE);
    Process process = in(group, "while :; do sleep 0.01; done");
    group.freeze();
    group.kill();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void withoutLimitsThereAreNoneInTheStatistics() throws Exception {
    CgroupStats stats = hierarchy.create(GROUP, CgroupLimits.NONE).stats();
    assertThat(stats.memory().limitBytes()).isEmpty();
    assertThat(stats.pids().limit()).isEmpty();
    assertThat(stats.memory().oomKills()).hasValue(0);
  }

  @Test
  void throttledTimeIsInTheStatistics() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(64 * MEBI, 0.05, 10));
    in(group, "while :; do :; done");
    await(
        "throttled",
        () -> group.stats().cpu().throttled().orElseThrow().compareTo(Duration.ZERO) > 0);
  }

  @Test
  void heapAndPageCacheAreToldApart() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(256 * MEBI, 1, 10));
    in(group, HOLDS_24_MEBI);
    await("use", () -> group.stats().memory().anonymousBytes().orElseThrow() > 20 * MEBI);
    assertThat(group.stats().memory().cacheBytes().orElseThrow()).isLessThan(20 * MEBI);
  }

  @Test
  void whereTheKernelCountsPressureAWaitForTheProcessorShows() throws Exception {
    Cgroup group = hierarchy.create(GROUP, limits(64 * MEBI, 0.05, 10));
    in(group, "while :; do :; done & while :; do :; done");
    if (hierarchy.supports(Feature.PRESSURE)) {
      await(
          "pressure", () -> !group.stats().pressure().orElseThrow().cpu().some().total().isZero());
    } else {
      assertThat(group.stats().pressure()).isEmpty();
    }
  }
}
