package dev.gantry.build.log;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The logs of all builds of this host, one file each below a directory: JSON lines. Bounded in two
 * ways: a file stops growing at its limit, and the oldest files go when there are too many.
 */
public final class BuildLogs {
  static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final long bytesMax;
  private final int filesMax;

  /** Makes the directory when it is missing. */
  public BuildLogs(Path directory, long bytesMax, int filesMax) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.bytesMax = bytesMax;
    this.filesMax = filesMax;
  }

  /** Appends to the log of a build: what an earlier attempt wrote stays. */
  public BuildLog append(String build) throws IOException {
    prune();
    return new BuildLog(file(build), bytesMax);
  }

  /** Reads the log of a build; one that has none yet is empty. */
  public LogTail read(String build) {
    return new LogTail(file(build));
  }

  private Path file(String build) {
    return directory.resolve(build + ".log");
  }

  private void prune() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(directory)) {
      files = found.filter(Files::isRegularFile).toList();
    }
    if (files.size() >= filesMax) {
      List<Path> oldestFirst =
          files.stream().sorted(Comparator.comparing(BuildLogs::modified)).toList();
      for (Path file : oldestFirst.subList(0, files.size() - filesMax + 1)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }
}
