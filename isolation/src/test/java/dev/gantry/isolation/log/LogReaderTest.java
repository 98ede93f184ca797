package dev.gantry.isolation.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogReaderTest {
  private static final Set<LogStream> BOTH = EnumSet.allOf(LogStream.class);

  @TempDir Path directory;

  @Test
  void bytesAreExactlyThoseThatWereWritten() throws Exception {
    byte[] line =
        "2026-01-01T00:00:00.5Z stdout F  a\t\0\u00ff b ".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(directory.resolve("log"), line);
    write("log", "\n");
    assertThat(read(LogQuery.ALL).getFirst().bytes())
        .isEqualTo(" a\t\0\u00ff b ".getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void anEmptyLineIsALine() throws Exception {
    write("log", "2026-01-01T00:00:00Z stdout F \n");
    assertThat(texts(LogQuery.ALL)).containsExactly("");
  }

  @Test
  void timesHaveNanoseconds() throws Exception {
    write("log", "2026-01-01T00:00:00.123456789Z stderr F x\n");
    assertThat(read(LogQuery.ALL).getFirst().time())
        .isEqualTo(Instant.parse("2026-01-01T00:00:00.123456789Z"));
  }

  @Test
  void rotatedFilesAreReadOldestFirst() throws Exception {
    write("log.2", line(1, "stdout", "F", "a"));
    write("log.1", line(2, "stdout", "F", "b"));
    write("log", line(3, "stdout", "F", "c"));
    assertThat(texts(LogQuery.ALL)).containsExactly("a", "b", "c");
  }

  @Test
  void oneStreamIsReadAlone() throws Exception {
    write("log", line(1, "stdout", "F", "out") + line(2, "stderr", "F", "err"));
    LogQuery query =
        new LogQuery(
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Set.of(LogStream.STDERR),
            false);
    assertThat(texts(query)).containsExactly("err");
  }

  @Test
  void entriesBeforeSinceAreLeftOut() throws Exception {
    write("log", line(1, "stdout", "F", "a") + line(2, "stdout", "F", "b"));
    LogQuery query =
        new LogQuery(
            Optional.of(Instant.parse("2026-01-01T00:00:02Z")),
            Optional.empty(),
            OptionalInt.empty(),
            BOTH,
            false);
    assertThat(texts(query)).containsExactly("b");
  }

  @Test
  void entriesAfterUntilAreLeftOut() throws Exception {
    write("log", line(1, "stdout", "F", "a") + line(2, "stdout", "F", "b"));
    assertThat(texts(until(1, OptionalInt.empty(), false))).containsExactly("a");
  }

  @Test
  void aLogThatIsMovedBeforeItsFirstLineIsFoundWhereItIs() throws Exception {
    Path moved = directory.resolve("kept");
    AtomicReference<Path> where = new AtomicReference<>(directory.resolve("live"));
    try (LogReader reader = LogReader.open(where::get, tail(9, true))) {
      Files.createDirectories(moved);
      write("kept/log", line(1, "stdout", "F", "a"));
      where.set(moved);
      assertThat(reader.next(Duration.ofSeconds(20))).isPresent();
    }
  }

  @Test
  void tailCountsBackFromUntil() throws Exception {
    write("log.1", line(1, "stdout", "F", "a") + line(2, "stdout", "F", "b"));
    write("log", line(3, "stdout", "F", "c"));
    assertThat(texts(until(2, OptionalInt.of(1), false))).containsExactly("b");
  }

  @Test
  void aFollowedLogHasEndedWhenSomethingLaterIsMet() throws Exception {
    write("log", line(1, "stdout", "F", "a") + line(3, "stdout", "F", "c"));
    try (LogReader reader = LogReader.open(directory, until(2, OptionalInt.empty(), true))) {
      var _ = reader.next(Duration.ZERO);
      assertThat(reader.next(Duration.ofMinutes(1))).isEmpty();
      assertThat(reader.ended()).isTrue();
    }
  }

  @Test
  void tailCountsLinesAcrossFiles() throws Exception {
    write("log.1", line(1, "stdout", "F", "a") + line(2, "stdout", "F", "b"));
    write("log", line(3, "stdout", "F", "c"));
    assertThat(texts(tail(2, false))).containsExactly("b", "c");
  }

  @Test
  void tailKeepsTheBeginningOfALineThatEndsInIt() throws Exception {
    write(
        "log",
        line(1, "stdout", "P", "be")
            + line(2, "stderr", "F", "other")
            + line(3, "stdout", "F", "gin"));
    assertThat(texts(tail(1, false))).containsExactly("be", "gin");
  }

  @Test
  void aLongLineIsOneLineOfTheTail() throws Exception {
    write("log", line(1, "stdout", "F", "a") + line(2, "stdout", "P", "b"));
    write("log", line(3, "stdout", "P", "c") + line(4, "stdout", "F", "d"));
    assertThat(texts(tail(1, false))).containsExactly("b", "c", "d");
  }

  @Test
  void aLineThatHasNotEndedIsALineOfTheTail() throws Exception {
    write("log", line(1, "stdout", "F", "a") + line(2, "stdout", "P", "b"));
    assertThat(texts(tail(1, false))).containsExactly("b");
  }

  @Test
  void aTailOfNothingThatFollowsHasOnlyWhatIsNew() throws Exception {
    write("log", line(1, "stdout", "F", "old"));
    try (LogReader reader = LogReader.open(directory, tail(0, true))) {
      write("log", line(2, "stdout", "F", "new"));
      assertThat(text(reader.next(Duration.ofSeconds(30)))).isEqualTo("new");
    }
  }

  @Test
  void aTailOfNothingLeavesOutALineThatHasNotEnded() throws Exception {
    write("log", line(1, "stdout", "F", "a") + line(2, "stdout", "P", "b"));
    assertThat(texts(tail(0, false))).isEmpty();
  }

  @Test
  void followingGoesOnAfterARotation() throws Exception {
    write("log", line(1, "stdout", "F", "a"));
    LogQuery query =
        new LogQuery(Optional.empty(), Optional.empty(), OptionalInt.empty(), BOTH, true);
    try (LogReader reader = LogReader.open(directory, query)) {
      List<String> texts = new ArrayList<>();
      texts.add(text(reader.next(Duration.ofSeconds(30))));
      write("log", line(2, "stdout", "F", "b"));
      rotate();
      write("log", line(3, "stdout", "F", "c"));
      rotate();
      write("log", line(4, "stdout", "F", "d"));
      for (int i = 0; i < 3; i++) {
        texts.add(text(reader.next(Duration.ofSeconds(30))));
      }
      assertThat(texts).containsExactly("a", "b", "c", "d");
    }
  }

  @Test
  void followingGoesOnWhenTheFileThatWasReadIsGone() throws Exception {
    write("log", line(1, "stdout", "F", "a"));
    LogQuery query =
        new LogQuery(Optional.empty(), Optional.empty(), OptionalInt.empty(), BOTH, true);
    try (LogReader reader = LogReader.open(directory, query)) {
      reader.next(Duration.ofSeconds(30));
      Files.delete(directory.resolve("log"));
      write("log", line(2, "stdout", "F", "b"));
      assertThat(text(reader.next(Duration.ofSeconds(30)))).isEqualTo("b");
    }
  }

  @Test
  void aLogThatBeginsLaterIsFollowed() throws Exception {
    LogQuery query =
        new LogQuery(Optional.empty(), Optional.empty(), OptionalInt.empty(), BOTH, true);
    try (LogReader reader = LogReader.open(directory.resolve("later"), query)) {
      assertThat(reader.next(Duration.ZERO)).isEmpty();
      Files.createDirectory(directory.resolve("later"));
      write("later/log", line(1, "stdout", "F", "a"));
      assertThat(text(reader.next(Duration.ofSeconds(30)))).isEqualTo("a");
    }
  }

  @Test
  void halfALineIsNotReadBeforeItsEndIsWritten() throws Exception {
    String line = line(1, "stdout", "F", "whole");
    write("log", line.substring(0, 30));
    LogQuery query =
        new LogQuery(Optional.empty(), Optional.empty(), OptionalInt.empty(), BOTH, true);
    try (LogReader reader = LogReader.open(directory, query)) {
      assertThat(reader.next(Duration.ZERO)).isEmpty();
      write("log", line.substring(30));
      assertThat(text(reader.next(Duration.ofSeconds(30)))).isEqualTo("whole");
    }
  }

  @Test
  void whatIsNoLogLineIsPassedOver() throws Exception {
    write("log", "garbage\n\n2026 stdout F x\n" + line(1, "stdout", "F", "a"));
    assertThat(texts(LogQuery.ALL)).containsExactly("a");
  }

  @Test
  void anEndlessLineOfGarbageDoesNotFillTheMemory() throws Exception {
    write("log", "x".repeat(1 << 20) + "\n" + line(1, "stdout", "F", "a"));
    assertThat(texts(LogQuery.ALL)).containsExactly("a");
  }

  private void rotate() throws IOException {
    if (Files.exists(directory.resolve("log.1"))) {
      Files.move(directory.resolve("log.1"), directory.resolve("log.2"));
    }
    Files.move(directory.resolve("log"), directory.resolve("log.1"));
  }

  private static LogQuery tail(int lines, boolean follow) {
    return new LogQuery(Optional.empty(), Optional.empty(), OptionalInt.of(lines), BOTH, follow);
  }

  private static LogQuery until(int second, OptionalInt tail, boolean follow) {
    return new LogQuery(
        Optional.empty(),
        Optional.of(Instant.parse("2026-01-01T00:00:0" + second + "Z")),
        tail,
        BOTH,
        follow);
  }

  private static String line(int second, String stream, String tag, String text) {
    return "2026-01-01T00:00:0" + second + "Z " + stream + " " + tag + " " + text + "\n";
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(
        directory.resolve(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private List<LogEntry> read(LogQuery query) throws Exception {
    List<LogEntry> entries = new ArrayList<>();
    try (LogReader reader = LogReader.open(directory, query)) {
      for (Optional<LogEntry> entry = reader.next(Duration.ZERO);
          entry.isPresent();
          entry = reader.next(Duration.ZERO)) {
        entries.add(entry.get());
      }
    }
    return entries;
  }

  private List<String> texts(LogQuery query) throws Exception {
    return read(query).stream().map(entry -> text(Optional.of(entry))).toList();
  }

  private static String text(Optional<LogEntry> entry) {
    return new String(entry.orElseThrow().bytes(), StandardCharsets.UTF_8);
  }
}
