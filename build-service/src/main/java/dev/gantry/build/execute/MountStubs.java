package dev.gantry.build.execute;

import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Removes from what a sandbox changed the empty files and directories that were made only so that
 * something could be mounted there: they are not the step's doing.
 */
final class MountStubs {
  /** Children before their parents. */
  private static final List<String> PATHS =
      List.of(
          "etc/hosts",
          "etc/hostname",
          "etc/resolv.conf",
          "etc",
          "dev/console",
          "dev/pts",
          "dev/shm",
          "dev/mqueue",
          "dev",
          "proc",
          "sys");

  private MountStubs() {}

  /**
   * Cleans an upper directory; what lay in a lower layer already stays as it is.
   *
   * @param more paths on which something was mounted, children before their parents
   */
  static void remove(Path upper, List<Path> layers, List<String> more) throws IOException {
    List<String> paths = Stream.concat(more.stream(), PATHS.stream()).toList();
    try (DirFd changes = DirFd.open(upper)) {
      for (String path : paths) {
        Optional<FileStatus> status = changes.find(path);
        if (status.isPresent() && !isBelow(layers, path) && isEmpty(changes, path, status.get())) {
          changes.deleteTree(path);
        }
      }
    }
  }

  private static boolean isEmpty(DirFd changes, String path, FileStatus status) throws IOException {
    return switch (status.type()) {
      case REGULAR -> status.size() == 0;
      case DIRECTORY -> changes.list(path).isEmpty();
      default -> false;
    };
  }

  private static boolean isBelow(List<Path> layers, String path) throws IOException {
    for (Path layer : layers) {
      try (DirFd lower = DirFd.open(layer)) {
        if (lower.find(path).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }
}
