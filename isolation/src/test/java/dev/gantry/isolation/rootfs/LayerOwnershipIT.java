package dev.gantry.isolation.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.identity.IdRange;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerOwnershipIT {
  private static final IdRange RANGE = new IdRange(200_000_000, IdRange.SIZE);

  @TempDir Path directory;
  private Path target;
  private DirFd layer;

  @BeforeEach
  void makeLayer() throws IOException {
    layer = DirFd.open(Files.createDirectory(directory.resolve("layer")));
    target = directory.resolve("copy");
    layer.mkdir("bin", 0755);
    layer.create("bin/tool", 04755).close();
    layer.chown("bin/tool", 10, 20);
    layer.chmod("bin/tool", 04755);
  }

  @AfterEach
  void close() {
    layer.close();
  }

  @Test
  void ownersAreShiftedIntoTheRange() throws IOException {
    FileStatus tool = copied("bin/tool");
    assertThat(tool.uid()).isEqualTo(200_000_010);
    assertThat(tool.gid()).isEqualTo(200_000_020);
  }

  @Test
  void theRootDirectoryIsShiftedToo() throws IOException {
    assertThat(copied("").uid()).isEqualTo(200_000_000);
  }

  @Test
  void anOwnerBeyondTheRangeIsNobody() throws IOException {
    layer.chown("bin/tool", 1_000_000, 0);
    assertThat(copied("bin/tool").uid()).isEqualTo(200_065_534);
  }

  @Test
  void modesAreKeptSetuidToo() throws IOException {
    assertThat(copied("bin/tool").mode()).isEqualTo(04755);
  }

  @Test
  void timesAreKept() throws IOException {
    Instant time = Instant.parse("2001-02-03T04:05:06.789Z");
    layer.setTimes("bin", time);
    assertThat(copied("bin").modified()).isEqualTo(time);
  }

  @Test
  void contentsAreCopied() throws IOException {
    Files.writeString(directory.resolve("layer/bin/tool"), "content");
    copied("bin/tool");
    assertThat(target.resolve("bin/tool")).hasContent("content");
  }

  @Test
  void extendedAttributesAreKept() throws IOException {
    byte[] value = "y".getBytes(StandardCharsets.US_ASCII);
    layer.setXattr("bin", "trusted.overlay.opaque", value);
    LayerOwnership.copy(directory.resolve("layer"), target, RANGE);
    try (DirFd copy = DirFd.open(target)) {
      assertThat(copy.xattr("bin", "trusted.overlay.opaque")).contains(value);
    }
  }

  @Test
  void whiteoutsAreKept() throws IOException {
    layer.mknod("gone", FileType.CHARACTER_DEVICE, 0, FileStatus.Device.NONE);
    assertThat(copied("gone").isWhiteout()).isTrue();
  }

  @Test
  void namesOfOneFileStayNamesOfOneFile() throws IOException {
    layer.link("bin/tool", "bin/alias");
    FileStatus tool = copied("bin/tool");
    try (DirFd copy = DirFd.open(target)) {
      assertThat(copy.stat("bin/alias").inode()).isEqualTo(tool.inode());
    }
  }

  @Test
  void aLinkIsCopiedNotFollowed() throws IOException {
    layer.symlink("/etc/shadow", "link");
    assertThat(copied("link").type()).isEqualTo(FileType.SYMLINK);
  }

  @Test
  void whatExistsIsNotOverwritten() throws IOException {
    Files.createDirectory(target);
    assertThatThrownBy(() -> LayerOwnership.copy(directory.resolve("layer"), target, RANGE))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  private FileStatus copied(String path) throws IOException {
    LayerOwnership.copy(directory.resolve("layer"), target, RANGE);
    try (DirFd copy = DirFd.open(target)) {
      return copy.stat(path);
    }
  }
}
