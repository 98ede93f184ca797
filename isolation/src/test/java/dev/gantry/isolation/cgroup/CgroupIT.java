package dev.gantry.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The hierarchy of the host that the test runs on. */
class CgroupIT extends CgroupContract {
  @Override
  CgroupHierarchy open(String parent) throws IOException {
    return CgroupHierarchy.detect(parent);
  }

  @Test
  void itIsVersion2WhereOnlyThatIsMounted() throws IOException {
    boolean unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    assertThat(open("gantry-test-version").version())
        .isEqualTo(unified ? CgroupVersion.V2 : CgroupVersion.V1);
    open("gantry-test-version").removeParent();
  }
}
