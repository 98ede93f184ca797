package dev.gantry.linux.file;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import java.util.HashSet;
import java.util.Set;

/**
 * How much there is in a directory: the sizes of its files, each counted once however many names it
 * has. The tree may change meanwhile. What lies deeper than the longest path that the kernel takes
 * is not counted.
 *
 * @param bytes of regular files
 * @param files everything, the directory itself left out
 */
public record TreeSize(long bytes, long files) {
  /** Nothing. */
  public static final TreeSize NONE = new TreeSize(0, 0);

  /** Both together. */
  public TreeSize plus(TreeSize other) {
    return new TreeSize(bytes + other.bytes, files + other.files);
  }

  /** Measures a directory; takes as long as it takes to look at every file in it. */
  public static TreeSize of(DirFd directory) throws LinuxException {
    Walk walk = new Walk(directory);
    walk.directory("");
    return new TreeSize(walk.bytes, walk.files);
  }

  private static final class Walk {
    private final DirFd root;
    private final Set<Long> linked = new HashSet<>();
    private long bytes;
    private long files;

    Walk(DirFd root) {
      this.root = root;
    }

    void directory(String path) throws LinuxException {
      try {
        for (DirEntry entry : root.list(path)) {
          entry(path.isEmpty() ? entry.name() : path + "/" + entry.name());
        }
      } catch (LinuxException e) {
        if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ENAMETOOLONG, Errno.ELOOP)) {
          throw e;
        }
      }
    }

    private void entry(String path) throws LinuxException {
      FileStatus status = root.find(path).orElse(null);
      if (status == null) {
        return;
      }
      files++;
      if (status.type() == FileType.DIRECTORY) {
        directory(path);
      } else if (status.type() == FileType.REGULAR
          && (status.links() < 2 || linked.add(status.inode()))) {
        bytes += status.size();
      }
    }
  }
}
