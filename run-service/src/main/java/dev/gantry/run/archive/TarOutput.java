package dev.gantry.run.archive;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirEntry;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.oci.layer.LayerXattrs;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarEntry.Kind;
import dev.gantry.oci.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a file or a directory of a run as an archive, while the run may change it: what has gone
 * in the meantime is left out, and a file has the size that it had when its turn came.
 */
final class TarOutput {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int DEPTH_MAX = 1024;

  private final FileTree tree;
  private final TarWriter tar;
  private final Map<FileKey, String> hardLinked = new HashMap<>();
  private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] buffer = new byte[BUFFER_BYTES];

  private record FileKey(FileStatus.Device device, long inode) {}

  /** Something in a directory, and what it is called in the archive. */
  private record Found(DirFd in, String name, String path, FileStatus status) {}

  private TarOutput(FileTree tree, OutputStream out) {
    this.tree = tree;
    this.tar = new TarWriter(new BufferedOutputStream(out, BUFFER_BYTES));
  }

  /**
   * Writes what a path names, a link as a link, under its last component.
   *
   * @throws LinuxException ENOENT, ENOTDIR when it is not there
   */
  static void write(FileTree tree, String path, OutputStream out) throws IOException {
    TarOutput output = new TarOutput(tree, out);
    FileStatus status = tree.root().stat(path);
    String name = RunPath.name(path);
    if (name.isEmpty()) {
      output.contents(tree.root(), "", 0);
    } else {
      try (DirFd parent = tree.root().directory(RunPath.parent(path))) {
        output.archive(new Found(parent, name, name, status), 0);
      }
    }
    output.tar.finish();
  }

  private void contents(DirFd directory, String prefix, int depth) throws IOException {
    if (depth > DEPTH_MAX) {
      throw new IOException("deeper than " + DEPTH_MAX + " directories: " + prefix);
    }
    List<DirEntry> children = directory.list("");
    children.sort(Comparator.comparing(DirEntry::name));
    for (DirEntry child : children) {
      FileStatus status = directory.find(child.name()).orElse(null);
      if (status != null && !tree.isKernels(status)) {
        archive(new Found(directory, child.name(), prefix + child.name(), status), depth);
      }
    }
  }

  private void archive(Found found, int depth) throws IOException {
    switch (found.status.type()) {
      case DIRECTORY -> directory(found, depth);
      case REGULAR -> file(found);
      case SYMLINK -> {
        if (!isLinked(found)) {
          tar.begin(entry(found, Kind.SYMLINK).withLink(found.in.readlink(found.name)));
        }
      }
      case CHARACTER_DEVICE -> device(found, Kind.CHARACTER_DEVICE);
      case BLOCK_DEVICE -> device(found, Kind.BLOCK_DEVICE);
      case FIFO -> {
        if (!isLinked(found)) {
          tar.begin(entry(found, Kind.FIFO));
        }
      }
      case SOCKET, UNKNOWN -> {
        // Of no use without the process that listens; all archivers leave it out.
      }
    }
  }

  private void directory(Found found, int depth) throws IOException {
    tar.begin(entry(found, Kind.DIRECTORY));
    try (DirFd directory = found.in.directoryWithoutLinks(found.name)) {
      if (!tree.isKernels(directory.stat(""))) {
        contents(directory, found.path + "/", depth + 1);
      }
    } catch (LinuxException e) {
      ignoreIfGone(e);
    }
  }

  private void file(Found found) throws IOException {
    if (isLinked(found)) {
      return;
    }
    try (FileFd file = found.in.read(found.name)) {
      FileStatus status = file.stat();
      if (tree.isKernels(status)) {
        return;
      }
      Found opened = new Found(found.in, found.name, found.path, status);
      Map<String, byte[]> xattrs = LayerXattrs.carried(found.in.xattrs(found.name));
      tar.begin(entry(opened, Kind.FILE).withSize(status.size()).withXattrs(xattrs));
      copy(file, status.size());
    } catch (LinuxException e) {
      ignoreIfGone(e);
    }
  }

  /** Exactly as much as was announced; zeros for what has been cut off meanwhile. */
  private void copy(FileFd file, long size) throws IOException {
    long left = size;
    while (left > 0) {
      direct.clear().limit((int) Math.min(BUFFER_BYTES, left));
      int count = file.read(direct);
      if (count < 0) {
        break;
      }
      direct.flip().get(buffer, 0, count);
      tar.write(buffer, 0, count);
      left -= count;
    }
    Arrays.fill(buffer, (byte) 0);
    while (left > 0) {
      int count = (int) Math.min(buffer.length, left);
      tar.write(buffer, 0, count);
      left -= count;
    }
  }

  private void device(Found found, Kind kind) throws IOException {
    FileStatus.Device number = found.status.node();
    tar.begin(entry(found, kind).withDevice(new TarEntry.Device(number.major(), number.minor())));
  }

  private boolean isLinked(Found found) throws IOException {
    if (found.status.links() < 2) {
      return false;
    }
    FileKey key = new FileKey(found.status.device(), found.status.inode());
    String first = hardLinked.putIfAbsent(key, found.path);
    if (first == null) {
      return false;
    }
    tar.begin(entry(found, Kind.HARD_LINK).withLink(first));
    return true;
  }

  private TarEntry entry(Found found, Kind kind) {
    FileStatus status = found.status;
    TarEntry.Owner owner = new TarEntry.Owner(tree.inside(status.uid()), tree.inside(status.gid()));
    return TarEntry.of(found.path, kind, status.mode(), owner, status.modified());
  }

  /** Replaced or removed by the run since it was listed. */
  private static void ignoreIfGone(LinuxException e) throws LinuxException {
    if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EINVAL, Errno.ENXIO)) {
      throw e;
    }
  }
}
