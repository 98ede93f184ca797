package dev.gantry.isolation.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.journal.OwnerJournal.Survives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerJournalTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("owners");
  }

  @Test
  void whatWasPutIsThereWhenOpenedAgain() throws IOException {
    try (OwnerJournal journal = open()) {
      journal.put("a", "1");
      journal.put("b", "2");
      journal.remove("a");
    }
    try (OwnerJournal journal = open()) {
      assertThat(journal.values()).containsOnlyKeys("b").containsEntry("b", "2");
    }
  }

  @Test
  void whatWasPutIsThereWithoutAnOrderlyEnd() throws IOException {
    Path copy = directory.resolve("copy");
    try (OwnerJournal journal = open()) {
      journal.put("a", "1");
      Files.copy(file, copy);
    }
    try (OwnerJournal journal = OwnerJournal.open(copy, "numbers", Survives.PROCESS)) {
      assertThat(journal.values()).containsEntry("a", "1");
    }
  }

  @Test
  void aLineThatACrashCutOffHasNeverBeen() throws IOException {
    Files.writeString(file, "numbers\n+ a 1\n+ b 22");
    try (OwnerJournal journal = open()) {
      assertThat(journal.values()).containsOnlyKeys("a");
    }
  }

  @Test
  void afterACutLineTheNextOneIsWhole() throws IOException {
    Files.writeString(file, "numbers\n+ a 1\n+ b 22");
    try (OwnerJournal journal = open()) {
      journal.put("c", "3");
    }
    assertThat(file).hasContent("numbers\n+ a 1\n+ c 3\n");
  }

  @Test
  void anEmptyFileIsAnEmptyJournal() throws IOException {
    Files.createFile(file);
    try (OwnerJournal journal = open()) {
      assertThat(journal.values()).isEmpty();
    }
  }

  @Test
  void damageInTheMiddleIsRefused() throws IOException {
    Files.writeString(file, "numbers\n+ a\n+ b 2\n");
    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("line 2");
  }

  @Test
  void aJournalOfSomethingElseIsRefused() throws IOException {
    Files.writeString(file, "letters\n+ a x\n");
    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("letters");
  }

  @Test
  void itCannotBeOpenTwice() throws IOException {
    try (OwnerJournal journal = open()) {
      assertThatThrownBy(this::open).isInstanceOf(IOException.class);
      journal.put("a", "1");
    }
  }

  @Test
  void afterARefusalItCanBeOpened() throws IOException {
    Files.writeString(file, "letters\n");
    assertThatThrownBy(this::open).isInstanceOf(IOException.class);
    Files.delete(file);
    open().close();
    assertThat(file).hasContent("numbers\n");
  }

  @Test
  void historyDoesNotGrowForEver() throws IOException {
    try (OwnerJournal journal = open()) {
      for (int i = 0; i < 5_000; i++) {
        journal.put("a", Integer.toString(i));
      }
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSizeLessThan(1_100).last().isEqualTo("+ a 4999");
  }

  @Test
  void anOwnerWithBlanksIsRefusedAndChangesNothing() throws IOException {
    try (OwnerJournal journal = open()) {
      assertThatThrownBy(() -> journal.put("a b", "1"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(journal.values()).isEmpty();
    }
  }

  @Test
  void otherFilesInItsPlaceAreNotOverwritten() throws IOException {
    Files.writeString(file, "somebody's notes");
    assertThatThrownBy(this::open).isInstanceOf(IOException.class);
    assertThat(file).hasContent("somebody's notes");
  }

  private OwnerJournal open() throws IOException {
    return OwnerJournal.open(file, "numbers", Survives.PROCESS);
  }
}
