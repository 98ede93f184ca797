package dev.gantry.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingLogTest {
  @TempDir Path folder;

  @Test
  void itNeverTakesMoreThanItMay() throws Exception {
    try (RotatingLog log = new RotatingLog(folder.resolve("a.log"), 100, 3)) {
      for (int i = 0; i < 100; i++) {
        log.line("line " + i);
      }
    }

    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(3);
      assertThat(all).allMatch(file -> file.toFile().length() <= 100);
    }
  }

  @Test
  void theNewestLinesAreInTheFileItself() throws Exception {
    Path file = folder.resolve("a.log");
    try (RotatingLog log = new RotatingLog(file, 20, 2)) {
      log.line("first first");
      log.line("second second");
    }

    assertThat(Files.readString(file)).isEqualTo("second second\n");
    assertThat(Files.readString(folder.resolve("a.log.1"))).isEqualTo("first first\n");
  }

  @Test
  void itGoesOnWhereItEnded() throws Exception {
    Path file = folder.resolve("a.log");
    for (int i = 0; i < 2; i++) {
      try (RotatingLog log = new RotatingLog(file, 1000, 2)) {
        log.line("life " + i);
      }
    }

    assertThat(Files.readString(file)).isEqualTo("life 0\nlife 1\n");
  }
}
