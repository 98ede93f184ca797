package dev.gantry.build.execute;

import dev.gantry.linux.file.DirEntry;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Finds the newest of the files that a copy made. */
final class NewestTime {
  private NewestTime() {}

  /** The latest time of modification of anything in a directory, in whole seconds. */
  static Instant in(Path directory) throws IOException {
    try (DirFd root = DirFd.open(directory)) {
      return in(root, Instant.EPOCH).truncatedTo(ChronoUnit.SECONDS);
    }
  }

  private static Instant in(DirFd directory, Instant newestBefore) throws IOException {
    Instant newest = newestBefore;
    for (DirEntry entry : directory.list("")) {
      FileStatus status = directory.stat(entry.name());
      // What takes a file away has the time at which that was done.
      if (!status.isWhiteout() && status.modified().isAfter(newest)) {
        newest = status.modified();
      }
      if (status.type() == FileType.DIRECTORY) {
        try (DirFd child = directory.directoryWithoutLinks(entry.name())) {
          newest = in(child, newest);
        }
      }
    }
    return newest;
  }
}
