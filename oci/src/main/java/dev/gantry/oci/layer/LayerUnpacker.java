package dev.gantry.oci.layer;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarEntry.Kind;
import dev.gantry.oci.tar.TarReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Puts entries into a directory. Whatever has an entry's name is removed before and the entry
 * created exclusively, so that nothing is ever written, chmod'ed or chown'ed through a link; parent
 * directories are resolved by the kernel, inside the root.
 */
final class LayerUnpacker implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final DirFd root;
  private final UnpackOptions options;
  private final EntryBudget budget;
  private final CurrentDirectory current;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long devicesLeftOut;

  LayerUnpacker(DirFd root, UnpackOptions options) {
    this.root = root;
    this.options = options;
    this.budget = new EntryBudget(options.limits());
    this.current = new CurrentDirectory(root, budget);
  }

  void unpack(TarEntry entry, TarReader data) throws IOException {
    budget.takeEntry(entry.name());
    EntryPath path = EntryPath.of(entry.name(), options.limits());
    if (!path.firstWhiteout().isEmpty()) {
      unpackWhiteout(path, entry.name());
    } else if (path.isRoot()) {
      unpackRoot(entry);
    } else {
      unpackAt(path, entry, data);
    }
  }

  /** Ends the work on the last entry's directory. */
  void finish() throws IOException {
    current.leave();
  }

  long entries() {
    return budget.entries();
  }

  long contentBytes() {
    return budget.contentBytes();
  }

  long devicesLeftOut() {
    return devicesLeftOut;
  }

  @Override
  public void close() {
    current.close();
  }

  private void unpackRoot(TarEntry entry) throws IOException {
    if (entry.kind() != Kind.DIRECTORY) {
      throw new HostileArchiveException(
          entry.name(), "the root as something else than a directory");
    }
    current.leave();
    dress(root, "", entry);
  }

  // ---- whiteouts

  private void unpackWhiteout(EntryPath path, String entry) throws IOException {
    if (options.whiteouts() == UnpackOptions.Whiteouts.REFUSED) {
      throw new HostileArchiveException(entry, "a name that means a whiteout in a layer");
    }
    String name = path.name();
    if (name.equals(Whiteout.OPAQUE)) {
      markOpaque(path, entry);
    } else if (!path.firstWhiteout().startsWith(Whiteout.AUFS_PREFIX)) {
      hide(path, entry);
    }
  }

  private void markOpaque(EntryPath path, String entry) throws IOException {
    if (path.parent().isEmpty() || !path.firstWhiteout().equals(path.name())) {
      throw new HostileArchiveException(entry, "a whiteout of the root or in a whiteout");
    }
    DirFd directory = current.enterWithoutLinks(path.parent(), entry);
    directory.setXattr("", Whiteout.OPAQUE_XATTR, Whiteout.OPAQUE_VALUE);
  }

  private void hide(EntryPath path, String entry) throws IOException {
    String hidden = path.name().startsWith(Whiteout.PREFIX) ? path.name().substring(4) : "";
    if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
      throw new HostileArchiveException(entry, "a whiteout of no file");
    }
    if (!path.firstWhiteout().equals(path.name())) {
      throw new HostileArchiveException(entry, "a whiteout in a whiteout");
    }
    DirFd parent = current.enterWithoutLinks(path.parent(), entry);
    Optional<FileStatus> existing = parent.find(hidden);
    if (existing.isEmpty()) {
      parent.mknod(hidden, FileType.CHARACTER_DEVICE, 0, FileStatus.Device.NONE);
    } else if (existing.get().type() == FileType.DIRECTORY) {
      parent.setXattr(hidden, Whiteout.OPAQUE_XATTR, Whiteout.OPAQUE_VALUE);
    }
  }

  // ---- entries

  private void unpackAt(EntryPath path, TarEntry entry, TarReader data) throws IOException {
    boolean device = entry.kind() == Kind.CHARACTER_DEVICE || entry.kind() == Kind.BLOCK_DEVICE;
    if (device && !mayMake(entry)) {
      devicesLeftOut++;
      return;
    }
    DirFd parent = current.enter(path.parent());
    switch (entry.kind()) {
      case DIRECTORY -> makeDirectory(parent, path.name(), entry);
      case FILE -> makeFile(parent, path.name(), entry, data);
      case SYMLINK -> makeSymlink(parent, path.name(), entry);
      case HARD_LINK -> makeHardLink(path, entry);
      case FIFO -> {
        clear(parent, path.name());
        parent.mkfifo(path.name(), 0600);
        dress(parent, path.name(), entry);
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE -> makeDevice(parent, path.name(), entry);
    }
  }

  private boolean mayMake(TarEntry entry) throws HostileArchiveException {
    if (entry.kind() == Kind.CHARACTER_DEVICE && entry.device().equals(TarEntry.Device.NONE)) {
      throw new HostileArchiveException(entry.name(), "a device that is a whiteout in disguise");
    }
    return options.devices();
  }

  /** Removes what has the name, with all beneath. */
  private void clear(DirFd parent, String name) throws IOException {
    Optional<FileStatus> existing = parent.find(name);
    if (existing.isEmpty()) {
      return;
    }
    if (!(options.place() instanceof UnpackOptions.Place.Container)) {
      parent.deleteTree(name);
    } else if (existing.get().type() == FileType.DIRECTORY) {
      throw new HostileArchiveException(name, "something else in place of a directory");
    } else {
      parent.unlink(name);
    }
  }

  private void makeDirectory(DirFd parent, String name, TarEntry entry) throws IOException {
    Optional<FileStatus> existing = parent.find(name);
    if (existing.isPresent() && existing.get().isWhiteout()) {
      CurrentDirectory.makeOverWhiteout(parent, name);
    } else if (existing.isEmpty() || existing.get().type() != FileType.DIRECTORY) {
      if (existing.isPresent() && options.place() instanceof UnpackOptions.Place.Container) {
        throw new HostileArchiveException(name, "a directory in place of something else");
      }
      clear(parent, name);
      parent.mkdir(name, 0700);
    }
    dress(parent, name, entry);
  }

  private void makeFile(DirFd parent, String name, TarEntry entry, TarReader data)
      throws IOException {
    budget.takeContent(entry.name(), entry.size());
    clear(parent, name);
    try (FileFd file = parent.create(name, 0600)) {
      if (entry.sparse()) {
        for (TarEntry.Segment segment : entry.segments()) {
          file.seek(segment.offset());
          copy(data, file, segment.length());
        }
        file.truncate(entry.size());
      } else {
        copy(data, file, entry.size());
      }
      // In this order: writing and chown clear setuid and capabilities.
      TarEntry.Owner owner = owner(entry);
      file.chown(owner.uid(), owner.gid());
      file.chmod(entry.mode());
      for (Map.Entry<String, byte[]> xattr : xattrs(entry).entrySet()) {
        file.setXattr(xattr.getKey(), xattr.getValue());
      }
      file.setTimes(entry.modified());
    }
  }

  private void copy(TarReader data, FileFd file, long length) throws IOException {
    for (long left = length; left > 0; ) {
      int count = data.read(buffer, 0, (int) Math.min(buffer.length, left));
      direct.clear().put(buffer, 0, count).flip();
      file.write(direct);
      left -= count;
    }
  }

  private void makeSymlink(DirFd parent, String name, TarEntry entry) throws IOException {
    if (entry.linkName().isEmpty()) {
      throw new HostileArchiveException(entry.name(), "a link to nothing");
    }
    EntryPath.requireLength(entry.linkName(), options.limits().pathBytesMax());
    clear(parent, name);
    parent.symlink(entry.linkName(), name);
    TarEntry.Owner owner = owner(entry);
    parent.chown(name, owner.uid(), owner.gid());
    parent.setTimes(name, entry.modified());
  }

  /** The other name carries owner, mode and times already: nothing more is touched. */
  private void makeHardLink(EntryPath path, TarEntry entry) throws IOException {
    EntryPath target = EntryPath.of(entry.linkName(), options.limits());
    Optional<FileStatus> existing =
        target.isRoot() || !target.firstWhiteout().isEmpty()
            ? Optional.empty()
            : root.find(target.toString());
    if (existing.isEmpty()
        || existing.get().isWhiteout()
        || existing.get().type() == FileType.DIRECTORY) {
      throw new HostileArchiveException(entry.name(), "a hard link to no file of this archive");
    }
    if (target.equals(path)) {
      return;
    }
    clear(current.enter(path.parent()), path.name());
    try {
      root.link(target.toString(), path.toString());
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        throw new HostileArchiveException(entry.name(), "a hard link to what it replaces");
      }
      throw e;
    }
  }

  private void makeDevice(DirFd parent, String name, TarEntry entry) throws IOException {
    FileType type =
        entry.kind() == Kind.BLOCK_DEVICE ? FileType.BLOCK_DEVICE : FileType.CHARACTER_DEVICE;
    TarEntry.Device number = entry.device();
    clear(parent, name);
    parent.mknod(name, type, 0600, new FileStatus.Device(number.major(), number.minor()));
    dress(parent, name, entry);
  }

  // ---- metadata

  /** Owner, mode, attributes and time of what is no link. */
  private void dress(DirFd parent, String name, TarEntry entry) throws IOException {
    TarEntry.Owner owner = owner(entry);
    parent.chown(name, owner.uid(), owner.gid());
    parent.chmod(name, entry.mode());
    if (entry.kind() == Kind.DIRECTORY) {
      for (Map.Entry<String, byte[]> xattr : xattrs(entry).entrySet()) {
        parent.setXattr(name, xattr.getKey(), xattr.getValue());
      }
    }
    parent.setTimes(name, entry.modified());
  }

  private TarEntry.Owner owner(TarEntry entry) {
    TarEntry.Owner named = options.owners() ? entry.owner() : TarEntry.Owner.ROOT;
    return switch (options.place()) {
      case UnpackOptions.Place.Fresh _ -> named;
      case UnpackOptions.Place.Image image -> image.owner() == null ? named : image.owner();
      case UnpackOptions.Place.Container container ->
          new TarEntry.Owner(container.id(named.uid()), container.id(named.gid()));
    };
  }

  private static Map<String, byte[]> xattrs(TarEntry entry) throws HostileArchiveException {
    if (entry.xattrs().isEmpty()) {
      return Map.of();
    }
    for (String name : entry.xattrs().keySet()) {
      if (LayerXattrs.isOverlays(name)) {
        throw new HostileArchiveException(entry.name(), "an attribute of the overlay file system");
      }
    }
    return LayerXattrs.carried(entry.xattrs());
  }
}
