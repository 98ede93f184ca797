package dev.gantry.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupDetectionTest {
  @TempDir Path directory;

  @Test
  void aHostWithBothIsVersion1WhenTheUnifiedTreeLacksControllers() throws IOException {
    assertThat(
            detect(
                    mount("cgroup", "cpu", "rw,cpu,cpuacct"),
                    mount("cgroup", "memory", "rw,memory"),
                    mount("cgroup", "pids", "rw,pids"),
                    unified("hugetlb"))
                .version())
        .isEqualTo(CgroupVersion.V1);
  }

  @Test
  void aUnifiedTreeWithAllControllersIsVersion2() throws IOException {
    String unified = unified("cpuset cpu io memory pids");
    Files.writeString(directory.resolve("unified/cgroup.subtree_control"), "");
    Files.createDirectories(directory.resolve("unified/gantry"));
    Files.writeString(directory.resolve("unified/gantry/cgroup.subtree_control"), "");
    assertThat(detect(unified).version()).isEqualTo(CgroupVersion.V2);
  }

  @Test
  void controllersThatAreMountedTogetherShareADirectory() throws IOException {
    CgroupHierarchy hierarchy =
        detect(
            mount("cgroup", "cpu", "rw,cpu,cpuacct"),
            mount("cgroup", "memory", "rw,memory"),
            mount("cgroup", "pids", "rw,pids"));
    Files.createDirectories(directory.resolve("cpu/gantry/a"));
    assertThat(hierarchy.find("a").orElseThrow().directories()).hasSize(3);
  }

  @Test
  void aMountPointWithABlankIsFound() throws IOException {
    Files.createDirectories(directory.resolve("a b"));
    detect(
        mount("cgroup", "a\\040b", "rw,cpu,cpuacct"),
        mount("cgroup", "memory", "rw,memory"),
        mount("cgroup", "pids", "rw,pids"));
    assertThat(directory.resolve("a b/gantry")).isDirectory();
  }

  @Test
  void aHostWithoutAControllerIsRefused() {
    assertThatThrownBy(() -> detect(mount("cgroup", "memory", "rw,memory")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cpuacct");
  }

  @Test
  void aParentThatLeadsElsewhereIsRefused() {
    assertThatThrownBy(() -> CgroupHierarchy.detect("../x", directory.resolve("mountinfo")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private CgroupHierarchy detect(String... lines) throws IOException {
    Path mountinfo = Files.write(directory.resolve("mountinfo"), List.of(lines));
    return CgroupHierarchy.detect("gantry", mountinfo);
  }

  private String mount(String type, String point, String options) throws IOException {
    if (!point.contains("\\")) {
      Files.createDirectories(directory.resolve(point));
    }
    return "33 31 0:30 / " + directory + "/" + point + " rw - " + type + " cgroup " + options;
  }

  private String unified(String controllers) throws IOException {
    String line = mount("cgroup2", "unified", "rw");
    Files.writeString(directory.resolve("unified/cgroup.controllers"), controllers);
    return line;
  }
}
