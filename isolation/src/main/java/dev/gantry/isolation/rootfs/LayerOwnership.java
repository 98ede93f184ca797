package dev.gantry.isolation.rootfs;

import dev.gantry.isolation.identity.IdRange;
import dev.gantry.linux.file.DirEntry;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A copy of an unpacked layer whose files belong to the ids of one sandbox: for kernels that cannot
 * map ids when mounting (before 5.19).
 */
public final class LayerOwnership {
  private final DirFd from;
  private final DirFd to;
  private final IdRange range;

  /** Where a file with several names has been copied to, by its inode. */
  private final Map<Long, String> links = new HashMap<>();

  private LayerOwnership(DirFd from, DirFd to, IdRange range) {
    this.from = from;
    this.to = to;
    this.range = range;
  }

  /**
   * Copies a layer, with each owner and group shifted into the range; everything else (modes,
   * times, extended attributes, hard links, devices, whiteouts) is kept. Ids beyond the range's
   * size become its last but one (nobody).
   *
   * @param target must not exist; complete when this returns, absent when it throws
   */
  public static void copy(Path layer, Path target, IdRange range) throws IOException {
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Files.createDirectory(target);
    try (DirFd from = DirFd.open(layer);
        DirFd to = DirFd.open(target)) {
      try {
        new LayerOwnership(from, to, range).directory("");
      } catch (IOException e) {
        to.deleteContents();
        Files.delete(target);
        throw e;
      }
    }
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
    to.chown(path, shifted(status.uid()), shifted(status.gid()));
    if (status.type() != FileType.SYMLINK) {
      to.chmod(path, status.mode());
    }
    for (Map.Entry<String, byte[]> attribute : from.xattrs(path).entrySet()) {
      to.setXattr(path, attribute.getKey(), attribute.getValue());
    }
    to.setTimes(path, status.modified());
  }

  private int shifted(int id) {
    long inside = Integer.toUnsignedLong(id);
    return (int) (range.base() + (inside < range.size() ? inside : range.size() - 2L));
  }
}
