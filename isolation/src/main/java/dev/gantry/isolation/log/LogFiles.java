package dev.gantry.isolation.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The files of a log by their age. A rotation renames them at any moment, so they are known by
 * device and inode, which a file that is held open keeps.
 *
 * @param directory where they are now: the whole log may move, too
 */
record LogFiles(Supplier<Path> directory) {
  private static final String ACTIVE = "log";
  private static final int ATTEMPTS_MAX = 100;

  /** A file by its name of the moment. */
  private record Named(Path path, Object identity) {}

  /** Opens all, the oldest first. */
  Deque<LogSource> open() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      List<Named> named = newestFirst();
      Deque<LogSource> sources = new ArrayDeque<>();
      try {
        for (Named file : named.reversed()) {
          sources.add(LogSource.open(file.path, file.identity));
        }
        if (named.equals(newestFirst())) {
          return sources;
        }
      } catch (NoSuchFileException e) {
        // A rotation took place: look again.
      }
      for (LogSource source : sources) {
        source.close();
      }
    }
    throw new IOException(
        "the log in " + directory.get() + " rotates faster than it can be opened");
  }

  /** Whether the file is the one that is written to, or none is. */
  boolean active(LogSource source) throws IOException {
    List<Named> named = newestFirst();
    return named.isEmpty() || named.getFirst().identity.equals(source.identity());
  }

  /** Opens the file that was begun after this one; empty while there is none. */
  Optional<LogSource> after(LogSource source) throws IOException {
    Deque<LogSource> all = open();
    while (all.stream().anyMatch(file -> file.identity().equals(source.identity()))) {
      boolean found = all.getFirst().identity().equals(source.identity());
      all.removeFirst().close();
      if (found) {
        break;
      }
    }
    Optional<LogSource> next = Optional.ofNullable(all.pollFirst());
    for (LogSource later : all) {
      later.close();
    }
    return next;
  }

  private List<Named> newestFirst() throws IOException {
    List<Named> named = new ArrayList<>();
    Path where = directory.get();
    Path path = where.resolve(ACTIVE);
    for (int age = 1; ; age++) {
      try {
        named.add(new Named(path, Files.readAttributes(path, BasicFileAttributes.class).fileKey()));
      } catch (NoSuchFileException e) {
        // In the middle of a rotation the newest name is missing for a moment.
        if (age > 1) {
          return named;
        }
      }
      path = where.resolve(ACTIVE + "." + age);
    }
  }
}
