package dev.gantry.isolation.rootfs;

import dev.gantry.isolation.identity.IdRange;
import dev.gantry.linux.file.DirEntry;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Gives the files of a directory from one sandbox to another: for kernels that cannot map ids when
 * mounting. An id is known by what it is inside: below 65,536 it is that itself, from there on it
 * lies in the range of some sandbox. So the work can be done again after a crash in the middle.
 */
public final class TreeOwnership {
  private final DirFd tree;
  private final IdRange range;

  private TreeOwnership(DirFd tree, IdRange range) {
    this.tree = tree;
    this.range = range;
  }

  /**
   * Gives a directory with all beneath to a range; modes and attributes stay. Nobody may use it
   * meanwhile. After a failure, call again.
   */
  public static void give(Path directory, IdRange range) throws IOException {
    try (DirFd tree = DirFd.open(directory)) {
      new TreeOwnership(tree, range).give("");
    }
  }

  private void give(String path) throws IOException {
    FileStatus status = tree.stat(path);
    int uid = in(range, status.uid());
    int gid = in(range, status.gid());
    if (uid != status.uid() || gid != status.gid()) {
      change(path, status, uid, gid);
    }
    if (status.type() == FileType.DIRECTORY) {
      for (DirEntry entry : tree.list(path)) {
        give(path.isEmpty() ? entry.name() : path + "/" + entry.name());
      }
    }
  }

  /** A change of owner clears set-user-id and capabilities: they are put back. */
  private void change(String path, FileStatus status, int uid, int gid) throws IOException {
    Map<String, byte[]> attributes = tree.xattrs(path);
    tree.chown(path, uid, gid);
    if (status.type() != FileType.SYMLINK) {
      tree.chmod(path, status.mode());
    }
    byte[] capability = attributes.get("security.capability");
    if (capability != null) {
      tree.setXattr(path, "security.capability", capability);
    }
  }

  private static int in(IdRange range, int id) {
    long known = Integer.toUnsignedLong(id);
    long inside =
        known < IdRange.SIZE ? known : Math.floorMod(known - range.base(), (long) IdRange.SIZE);
    return (int) (range.base() + inside);
  }
}
