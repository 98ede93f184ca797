package dev.gantry.isolation.rootfs;

import dev.gantry.linux.file.DirEntry;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Copies what is in a directory into another: contents, owners, modes, times, extended attributes,
 * hard links, symbolic links, devices. Sockets are left out. Neither tree is ever left, whatever
 * links are in it.
 */
public final class TreeCopy {
  private final DirFd from;
  private final DirFd to;
  private final IntUnaryOperator owners;

  /** Where a file with several names has been copied to, by its inode. */
  private final Map<Long, String> links = new HashMap<>();

  private TreeCopy(DirFd from, DirFd to, IntUnaryOperator owners) {
    this.from = from;
    this.to = to;
    this.owners = owners;
  }

  /** Copies with the same owners. After a failure a part of the tree is there. */
  public static void copy(DirFd from, DirFd to) throws IOException {
    copy(from, to, IntUnaryOperator.identity());
  }

  /**
   * Copies with other owners.
   *
   * @param owners says what a user or group id becomes
   */
  static void copy(DirFd from, DirFd to, IntUnaryOperator owners) throws IOException {
    new TreeCopy(from, to, owners).directory("");
  }

  private void directory(String path) throws IOException {
    for (DirEntry entry : from.list(path)) {
      String child = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      FileStatus status = from.stat(child);
      boolean linked = status.type() != FileType.DIRECTORY && status.links() > 1;
      String first = linked ? links.putIfAbsent(status.inode(), child) : null;
      if (first == null) {
        make(child, status);
      } else {
        to.link(first, child);
      }
    }
    // Last: what is made in a directory changes its time.
    finish(path, from.stat(path));
  }

  private void make(String path, FileStatus status) throws IOException {
    switch (status.type()) {
      case DIRECTORY -> {
        to.mkdir(path, status.mode());
        directory(path);
      }
      case REGULAR -> {
        contents(path);
        finish(path, status);
      }
      case SYMLINK -> {
        to.symlink(from.readlink(path), path);
        finish(path, status);
      }
      case FIFO -> {
        to.mkfifo(path, status.mode());
        finish(path, status);
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE -> {
        to.mknod(path, status.type(), status.mode(), status.node());
        finish(path, status);
      }
      // A socket is of no use without the process that bound it.
      case SOCKET, UNKNOWN -> {}
    }
  }

  private void contents(String path) throws IOException {
    try (FileFd source = from.read(path);
        FileFd copy = to.create(path, 0600);
        InputStream in = source.input();
        OutputStream out = copy.output()) {
      in.transferTo(out);
    }
  }

  /** The owner before the mode and the attributes: a change of owner clears some of them. */
  private void finish(String path, FileStatus status) throws IOException {
    to.chown(path, owners.applyAsInt(status.uid()), owners.applyAsInt(status.gid()));
    if (status.type() != FileType.SYMLINK) {
      to.chmod(path, status.mode());
    }
    for (Map.Entry<String, byte[]> attribute : from.xattrs(path).entrySet()) {
      to.setXattr(path, attribute.getKey(), attribute.getValue());
    }
    to.setTimes(path, status.modified());
  }
}
