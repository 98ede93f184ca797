package dev.gantry.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A parent group of its own for each test, and processes in groups below it. */
abstract class CgroupFixture {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final String GROUP = "0123456789abcdef";
  static final long MEBI = 1 << 20;
  static final CgroupLimits FIRST_CPU = CgroupLimits.builder().cpuset(CpuSet.parse("0")).build();

  /** The reader never reads, so that the writer keeps its block. */
  static final String HOLDS_24_MEBI = "dd if=/dev/zero bs=24M count=1 | sleep 600";

  @TempDir static Path directory;

  private final List<Process> processes = new ArrayList<>();
  CgroupHierarchy hierarchy;

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

  static CgroupLimits limits(long memoryBytes, double cpus, int pids) {
    return CgroupLimits.builder().memoryBytes(memoryBytes).cpus(cpus).pids(pids).build();
  }

  Process in(Cgroup group, String script) throws Exception {
    return inFiles(group, "cgroup.procs", script);
  }

  /** What a kernel lacks is refused, never ignored. */
  boolean refused(Feature feature, CgroupLimits limits) {
    if (hierarchy.supports(feature)) {
      return false;
    }
    assertThatThrownBy(() -> hierarchy.create(GROUP, limits)).isInstanceOf(IOException.class);
    return true;
  }

  /** What is in the file of a group that exists: one is of version 2, one of version 1. */
  static String setting(Cgroup group, String... files) throws IOException {
    for (Path directory : group.directories()) {
      for (String file : files) {
        if (Files.exists(directory.resolve(file))) {
          return Files.readString(directory.resolve(file)).strip();
        }
      }
    }
    throw new AssertionError(List.of(files) + " are in none of " + group.directories());
  }

  static String processorsOf(Process process) throws IOException {
    String key = "Cpus_allowed_list:";
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  /** Any real disk of the machine. */
  static BlockDevice disk() throws IOException {
    try (Stream<Path> disks = Files.list(Path.of("/sys/block"))) {
      return disks
          .filter(disk -> Files.exists(disk.resolve("device")))
          .map(disk -> BlockDevice.of(Path.of("/dev").resolve(disk.getFileName())))
          .flatMap(Optional::stream)
          .findFirst()
          .orElseThrow();
    }
  }

  /** Runs a script in the group; it is there when this returns, or has ended already. */
  Process inFiles(Cgroup group, String file, String script) throws Exception {
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

  static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
