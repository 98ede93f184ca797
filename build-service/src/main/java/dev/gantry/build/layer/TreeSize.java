package dev.gantry.build.layer;

import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirEntry;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;

/** Adds up the sizes of the files of a tree: sparse ones count in full, as they do in a layer. */
public final class TreeSize {
  private static final System.Logger LOG = System.getLogger(TreeSize.class.getName());

  private TreeSize() {}

  /** What is in a directory; what goes while it is counted does not count. */
  public static long bytes(DirFd directory) throws LinuxException {
    long bytes = 0;
    for (DirEntry entry : directory.list("")) {
      FileStatus status = directory.find(entry.name()).orElse(null);
      if (status == null) {
        continue;
      }
      if (status.type() == FileType.REGULAR) {
        bytes += status.size();
      } else if (status.type() == FileType.DIRECTORY) {
        try (DirFd child = directory.directoryWithoutLinks(entry.name())) {
          bytes += bytes(child);
        } catch (LinuxException e) {
          LOG.log(System.Logger.Level.DEBUG, "a directory went while it was counted", e);
        }
      }
    }
    return bytes;
  }
}
