package dev.gantry.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks at the host's processes again and again, and remembers which run ever had two first
 * processes at a time. A run is known by a word {@code mark-NAME-end} in its command line.
 */
final class LiveProcesses implements AutoCloseable {
  private static final Pattern MARK = Pattern.compile("mark-([a-z0-9-]+)-end");
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final TreeSet<String> doubled = new TreeSet<>();
  private final Thread thread;
  private volatile boolean closed;

  LiveProcesses() {
    thread = Thread.ofPlatform().daemon().name("live-processes").start(this::look);
  }

  /** The word that makes a run known. */
  static String mark(String name) {
    return "mark-" + name + "-end";
  }

  /** The names of runs that had two first processes at a time. */
  synchronized TreeSet<String> doubled() {
    return new TreeSet<>(doubled);
  }

  private void look() {
    while (!closed) {
      Map<String, Integer> counts = new HashMap<>();
      processes().forEach(name -> counts.merge(name, 1, Integer::sum));
      synchronized (this) {
        counts.forEach(
            (name, count) -> {
              if (count > 1) {
                doubled.add(name);
              }
            });
      }
      Await.sleep(PAUSE);
    }
  }

  private static Stream<String> processes() {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> Character.isDigit(path.getFileName().toString().charAt(0)))
          .flatMap(LiveProcesses::name)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> name(Path process) {
    try {
      Matcher mark = MARK.matcher(Files.readString(process.resolve("cmdline")));
      return mark.find() && isFirst(process) ? Stream.of(mark.group(1)) : Stream.of();
    } catch (IOException e) {
      return Stream.of(); // it has ended
    }
  }

  /** Whether it is the first process of a pid namespace below ours: {@code NSpid: 4711 1}. */
  private static boolean isFirst(Path process) throws IOException {
    try (Stream<String> lines = Files.lines(process.resolve("status"))) {
      return lines.anyMatch(line -> line.matches("NSpid:\\s+\\d+\\s+1"));
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
