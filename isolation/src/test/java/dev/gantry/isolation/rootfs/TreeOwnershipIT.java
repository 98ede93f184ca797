package dev.gantry.isolation.rootfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.isolation.identity.IdRange;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeOwnershipIT {
  private static final IdRange FIRST = new IdRange(200_000_000, IdRange.SIZE);
  private static final IdRange SECOND = new IdRange(200_000_000 + IdRange.SIZE, IdRange.SIZE);

  @TempDir Path directory;
  private DirFd tree;

  @BeforeEach
  void makeTree() throws IOException {
    tree = DirFd.open(directory);
    tree.mkdir("d", 0750);
    tree.create("d/tool", 0755).close();
    tree.chown("d/tool", 10, 20);
    tree.chmod("d/tool", 04755);
    tree.symlink("/etc/passwd", "d/link");
  }

  @AfterEach
  void close() {
    tree.close();
  }

  @Test
  void idsOfAnImageAreGivenToASandbox() throws IOException {
    TreeOwnership.give(directory, FIRST);
    assertThat(owner("d/tool")).isEqualTo("200000010:200000020");
  }

  @Test
  void anotherSandboxTakesThemOver() throws IOException {
    TreeOwnership.give(directory, FIRST);
    TreeOwnership.give(directory, SECOND);
    assertThat(owner("d/tool")).isEqualTo("200065546:200065556");
  }

  @Test
  void aRepetitionChangesNothing() throws IOException {
    TreeOwnership.give(directory, FIRST);
    TreeOwnership.give(directory, FIRST);
    assertThat(owner("d/tool")).isEqualTo("200000010:200000020");
  }

  @Test
  void whatWasInterruptedIsFinished() throws IOException {
    TreeOwnership.give(directory, FIRST);
    TreeOwnership.give(directory.resolve("d"), SECOND);
    TreeOwnership.give(directory, SECOND);
    assertThat(owner("")).isEqualTo("200065536:200065536");
    assertThat(owner("d/tool")).isEqualTo("200065546:200065556");
  }

  @Test
  void aSetuidBitIsKept() throws IOException {
    TreeOwnership.give(directory, FIRST);
    assertThat(tree.stat("d/tool").mode()).isEqualTo(04755);
  }

  @Test
  void aLinkIsGivenAndNotWhatItNames() throws IOException {
    TreeOwnership.give(directory, FIRST);
    assertThat(owner("d/link")).isEqualTo("200000000:200000000");
  }

  private String owner(String path) throws IOException {
    FileStatus status = tree.stat(path);
    return status.uid() + ":" + status.gid();
  }
}
