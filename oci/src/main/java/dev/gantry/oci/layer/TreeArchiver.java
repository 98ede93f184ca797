package dev.gantry.oci.layer;

import dev.gantry.linux.file.DirEntry;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.FileName;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarEntry.Kind;
import dev.gantry.oci.tar.TarEntry.Owner;
import dev.gantry.oci.tar.TarWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Walks a tree and writes its entries, parents first, names in order. */
final class TreeArchiver {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int PATH_BYTES_MAX = LayerLimits.DEFAULT.pathBytesMax();
  private static final int DEPTH_MAX = LayerLimits.DEFAULT.depthMax();

  private final TarWriter tar;
  private final LayerOptions options;
  private final Map<FileKey, String> hardLinked = new HashMap<>();
  private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long entries;

  private record FileKey(FileStatus.Device device, long inode) {}

  /** Something in a directory of the tree. */
  private record Found(DirFd in, String name, String path, FileStatus status) {}

  TreeArchiver(TarWriter tar, LayerOptions options) {
    this.tar = tar;
    this.options = options;
  }

  void archive(DirFd tree) throws IOException {
    archiveContents(tree, "", 1);
    tar.finish();
  }

  long entries() {
    return entries;
  }

  private void archiveContents(DirFd directory, String prefix, int depth) throws IOException {
    if (depth > DEPTH_MAX) {
      throw new IOException("deeper than " + DEPTH_MAX + " directories: " + prefix);
    }
    List<DirEntry> children = directory.list("");
    children.sort(Comparator.comparing(DirEntry::name));
    for (DirEntry child : children) {
      String path = prefix + child.name();
      if (FileName.encode(path).length > PATH_BYTES_MAX) {
        throw new IOException("a path longer than " + PATH_BYTES_MAX + " bytes: " + path);
      }
      Found found = new Found(directory, child.name(), path, directory.stat(child.name()));
      archive(found, prefix, depth);
    }
  }

  private void archive(Found found, String prefix, int depth) throws IOException {
    if (found.status.isWhiteout()) {
      begin(marker(prefix + Whiteout.PREFIX + found.name));
      return;
    }
    if (found.name.startsWith(Whiteout.PREFIX)) {
      throw new IOException("a name that would mean a whiteout in a layer: " + found.path);
    }
    switch (found.status.type()) {
      case DIRECTORY -> archiveDirectory(found, depth);
      case REGULAR -> archiveFile(found);
      case SYMLINK -> archiveSymlink(found);
      case CHARACTER_DEVICE -> archiveDevice(found, Kind.CHARACTER_DEVICE);
      case BLOCK_DEVICE -> archiveDevice(found, Kind.BLOCK_DEVICE);
      case FIFO -> {
        if (!isArchivedLink(found)) {
          begin(entry(found, Kind.FIFO));
        }
      }
      case SOCKET, UNKNOWN -> {
        // A socket is of no use without the process that listens; all archivers leave it out.
      }
    }
  }

  private void archiveDirectory(Found found, int depth) throws IOException {
    Map<String, byte[]> xattrs = found.in.xattrs(found.name);
    refuseOverlayReferences(xattrs, found.path);
    begin(entry(found, Kind.DIRECTORY).withXattrs(LayerXattrs.carried(xattrs)));
    if (isOpaque(xattrs)) {
      begin(marker(found.path + "/" + Whiteout.OPAQUE));
    }
    try (DirFd directory = found.in.directoryWithoutLinks(found.name)) {
      archiveContents(directory, found.path + "/", depth + 1);
    }
  }

  private static boolean isOpaque(Map<String, byte[]> xattrs) {
    return isYes(xattrs.get(Whiteout.OPAQUE_XATTR))
        || isYes(xattrs.get(Whiteout.USER_OPAQUE_XATTR));
  }

  private static boolean isYes(byte @Nullable [] value) {
    return value != null && value.length == 1 && value[0] == 'y';
  }

  /** With these features an upper directory holds references to lower layers instead of content. */
  private static void refuseOverlayReferences(Map<String, byte[]> xattrs, String path)
      throws IOException {
    for (String name : xattrs.keySet()) {
      if (LayerXattrs.isOverlays(name)
          && (name.endsWith(".redirect") || name.endsWith(".metacopy"))) {
        throw new IOException(
            "an overlay's " + name + " (mount it with redirect_dir=off,metacopy=off): " + path);
      }
    }
  }

  private void archiveFile(Found found) throws IOException {
    if (isArchivedLink(found)) {
      return;
    }
    Map<String, byte[]> xattrs = found.in.xattrs(found.name);
    refuseOverlayReferences(xattrs, found.path);
    try (FileFd file = found.in.read(found.name)) {
      if (!sameFile(file.stat(), found.status)) {
        throw changed(found.path);
      }
      long size = found.status.size();
      begin(entry(found, Kind.FILE).withSize(size).withXattrs(LayerXattrs.carried(xattrs)));
      copy(file, size, found.path);
    }
  }

  private static boolean sameFile(FileStatus a, FileStatus b) {
    return a.inode() == b.inode() && a.device().equals(b.device()) && a.size() == b.size();
  }

  private static IOException changed(String path) {
    return new IOException("changed while it was read: " + path);
  }

  private void copy(FileFd file, long size, String path) throws IOException {
    for (long left = size; left > 0; ) {
      direct.clear().limit((int) Math.min(BUFFER_BYTES, left));
      int count = file.read(direct);
      if (count == -1) {
        throw changed(path);
      }
      direct.flip().get(buffer, 0, count);
      tar.write(buffer, 0, count);
      left -= count;
    }
  }

  private void archiveSymlink(Found found) throws IOException {
    if (!isArchivedLink(found)) {
      begin(entry(found, Kind.SYMLINK).withLink(found.in.readlink(found.name)));
    }
  }

  private void archiveDevice(Found found, Kind kind) throws IOException {
    if (!isArchivedLink(found)) {
      FileStatus.Device number = found.status.node();
      TarEntry.Device device = new TarEntry.Device(number.major(), number.minor());
      begin(entry(found, kind).withDevice(device));
    }
  }

  /** Whether the same file has been archived under another name: then this is written as a link. */
  private boolean isArchivedLink(Found found) throws IOException {
    if (found.status.links() < 2) {
      return false;
    }
    FileKey key = new FileKey(found.status.device(), found.status.inode());
    String first = hardLinked.putIfAbsent(key, found.path);
    if (first == null) {
      return false;
    }
    begin(entry(found, Kind.HARD_LINK).withLink(first));
    return true;
  }

  private TarEntry entry(Found found, Kind kind) throws IOException {
    FileStatus status = found.status;
    Owner owner = new Owner(shift(status.uid(), found.path), shift(status.gid(), found.path));
    Instant time = Instant.ofEpochSecond(options.times().seconds(status.modified()));
    return TarEntry.of(found.path, kind, status.mode(), owner, time);
  }

  private int shift(int id, String path) throws IOException {
    long shifted = Integer.toUnsignedLong(id) - options.idBase();
    if (shifted < 0) {
      throw new IOException("owner " + id + " is below the id base: " + path);
    }
    return (int) shifted;
  }

  private static TarEntry marker(String path) {
    return TarEntry.of(path, Kind.FILE, 0, Owner.ROOT, Instant.EPOCH);
  }

  private void begin(TarEntry entry) throws IOException {
    entries++;
    tar.begin(entry);
  }
}
