package dev.gantry.run.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What runs wrote that are removed, for a while: each log in a directory of its own, named by its
 * run and as old as its removal. Thread-safe.
 */
public final class KeptLogs {
  private static final Logger LOG = Logger.getLogger(KeptLogs.class);

  private final Path directory;
  private final Duration time;
  private final long bytesMax;

  private record Kept(Path directory, Instant since, long bytes) {}

  private KeptLogs(Path directory, Duration time, long bytesMax) {
    this.directory = directory;
    this.time = time;
    this.bytesMax = bytesMax;
  }

  /**
   * Opens the kept logs of a directory, which is made when it is missing.
   *
   * @param time after which a log goes
   * @param bytesMax of all logs together: the oldest go first
   */
  public static KeptLogs open(Path directory, Duration time, long bytesMax) throws IOException {
    Files.createDirectories(directory);
    return new KeptLogs(directory, time, bytesMax);
  }

  /** How long a removed run can be asked for. */
  public Duration time() {
    return time;
  }

  /** Where the log of a removed run is, if it is kept. */
  Path of(String run) {
    return directory.resolve(run);
  }

  /**
   * Takes over the log of a run that is being removed. One that has none, or whose log was taken
   * over already, is success.
   *
   * @param log on the same file system
   */
  void keep(String run, Path log, Instant removedAt) throws IOException {
    if (time.isZero() || !Files.exists(log)) {
      return;
    }
    Path kept = of(run);
    delete(kept); // of an earlier attempt that was interrupted: this one is whole
    Files.move(log, kept);
    Files.setLastModifiedTime(kept, FileTime.from(removedAt));
  }

  /** Deletes logs that are too old, and the oldest of those that are too many. */
  public void collect(Instant now) throws IOException {
    long bytes = 0;
    for (Kept kept : newestFirst()) {
      bytes += kept.bytes();
      if (bytes > bytesMax || kept.since().plus(time).isBefore(now)) {
        LOG.debugf("the log of removed run %s goes", kept.directory().getFileName());
        delete(kept.directory());
      }
    }
  }

  private List<Kept> newestFirst() throws IOException {
    List<Kept> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        found.add(new Kept(entry, Files.getLastModifiedTime(entry).toInstant(), bytes(entry)));
      }
    }
    found.sort(Comparator.comparing(Kept::since).reversed());
    return found;
  }

  private static long bytes(Path log) throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }

  /** A log is a directory of files: the shim makes nothing else in it. */
  private static void delete(Path log) throws IOException {
    if (!Files.exists(log)) {
      return;
    }
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(log);
  }
}
