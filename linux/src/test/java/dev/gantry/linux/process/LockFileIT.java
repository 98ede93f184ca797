package dev.gantry.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileIT {
  @TempDir Path directory;

  @Test
  void oneHolderAtATimeHasIt() throws Exception {
    try (LockFile first = LockFile.tryLock(directory.resolve("lock")).orElseThrow()) {
      assertThat(LockFile.tryLock(directory.resolve("lock"))).isEmpty();
    }
  }

  @Test
  void whenItIsClosedTheNextGetsIt() throws Exception {
    LockFile.tryLock(directory.resolve("lock")).orElseThrow().close();

    try (LockFile second = LockFile.tryLock(directory.resolve("lock")).orElseThrow()) {
      assertThat(directory.resolve("lock")).exists();
    }
  }
}
