package dev.gantry.run.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final String RUN = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;

  @Test
  void whatIsDurableIsThereAfterwardsInOrder() throws IOException {
    try (Journal journal = Journal.open(directory, 1 << 20)) {
      journal.append(Kind.REQUEST, RUN, bytes("a"));
      journal.append(Kind.FACT, RUN, bytes("b"));
      journal.append(Kind.FORGOTTEN, RUN, bytes("")).join();
    }
    assertThat(reopened()).containsExactly("1 REQUEST a", "2 FACT b", "3 FORGOTTEN ");
  }

  @Test
  void aTornTailIsCutOff() throws IOException {
    write("a", "b");
    Path file = onlyFile();
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 3));
    assertThat(reopened()).containsExactly("1 FACT a");
  }

  @Test
  void afterATornTailWritingGoesOn() throws IOException {
    write("a");
    Files.write(onlyFile(), new byte[] {0, 0, 0, 40, 1, 2}, StandardOpenOption.APPEND);
    write("c");
    assertThat(reopened()).containsExactly("1 FACT a", "2 FACT c");
  }

  @Test
  void aFrameWhoseChecksumIsWrongEndsTheLog() throws IOException {
    write("a", "b");
    Path file = onlyFile();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThat(reopened()).containsExactly("1 FACT a");
  }

  @Test
  void damageThatIsNotAtTheEndIsRefusedWithTheFilesName() throws IOException {
    try (Journal journal = Journal.open(directory, 1)) {
      journal.append(Kind.FACT, RUN, bytes("a")).join();
      journal.append(Kind.FACT, RUN, bytes("b")).join();
    }
    Path first = files().getFirst();
    byte[] bytes = Files.readAllBytes(first);
    bytes[10] ^= 1;
    Files.write(first, bytes);
    assertThatThrownBy(() -> Journal.open(directory, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(first.toString());
  }

  @Test
  void positionsGoOnAfterEverythingWasCompacted() throws IOException {
    try (Journal journal = Journal.open(directory, 1)) {
      journal.append(Kind.FACT, RUN, bytes("a")).join();
      journal.append(Kind.FACT, RUN, bytes("b")).join();
      journal.append(Kind.FACT, RUN, bytes("c")).join();
      journal.compact(_ -> false);
    }
    try (Journal journal = Journal.open(directory, 1)) {
      assertThat(journal.append(Kind.FACT, RUN, bytes("d")).join().position()).isEqualTo(4);
    }
  }

  @Test
  void compactionKeepsWhatIsNeededInItsOrder() throws IOException {
    try (Journal journal = Journal.open(directory, 1)) {
      for (String text : List.of("a", "b", "c", "d")) {
        journal.append(Kind.FACT, RUN, bytes(text)).join();
      }
      journal.compact(frame -> frame.position() != 2);
    }
    assertThat(reopened()).containsExactly("1 FACT a", "3 FACT c", "4 FACT d");
  }

  @Test
  void theListenerSeesFramesInOrderAndBeforeTheFutureCompletes() throws IOException {
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    try (Journal journal = Journal.open(directory, 1 << 20)) {
      journal.onDurable(frame -> seen.add(frame.position()));
      List<CompletableFuture<Frame>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        all.add(journal.append(Kind.FACT, RUN, bytes("x")));
      }
      all.getLast().join();
      assertThat(seen).hasSize(100).isSorted();
    }
  }

  private void write(String... texts) throws IOException {
    try (Journal journal = Journal.open(directory, 1 << 20)) {
      for (String text : texts) {
        journal.append(Kind.FACT, RUN, bytes(text)).join();
      }
    }
  }

  private List<String> reopened() throws IOException {
    try (Journal journal = Journal.open(directory, 1 << 20)) {
      return journal.replayed().stream()
          .map(
              frame ->
                  frame.position()
                      + " "
                      + frame.kind()
                      + " "
                      + new String(frame.payload(), StandardCharsets.UTF_8))
          .toList();
    }
  }

  private Path onlyFile() throws IOException {
    assertThat(files()).hasSize(1);
    return files().getFirst();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
