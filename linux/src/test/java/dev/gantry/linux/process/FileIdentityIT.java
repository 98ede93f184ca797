package dev.gantry.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIdentityIT {
  @TempDir Path directory;

  @Test
  void whatIsMadeBelongsToTheIdentity() throws IOException {
    try (DirFd here = DirFd.open(directory)) {
      try (FileIdentity _ = FileIdentity.take(4711, 4712)) {
        here.create("f", 0600).close();
      }
      assertThat(here.stat("f").uid()).isEqualTo(4711);
      assertThat(here.stat("f").gid()).isEqualTo(4712);
    }
  }

  @Test
  void theThreadMayStillWriteWhatBelongsToOthers() throws IOException {
    try (DirFd here = DirFd.open(directory)) {
      here.mkdir("roots", 0700);
      try (FileIdentity _ = FileIdentity.take(4711, 4712)) {
        here.create("roots/f", 0600).close();
        here.chown("roots/f", 1, 2);
      }
      assertThat(here.stat("roots/f").uid()).isEqualTo(1);
    }
  }

  @Test
  void afterwardsFilesAreRootsAgain() throws IOException {
    try (DirFd here = DirFd.open(directory)) {
      FileIdentity.take(4711, 4712).close();
      here.create("f", 0600).close();
      assertThat(here.stat("f").uid()).isZero();
    }
  }
}
