package dev.gantry.linux.file;

import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.LinuxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open directory that is the root of every path given to it. The kernel resolves them
 * (openat2(2), {@code RESOLVE_IN_ROOT}): a leading slash, {@code ..} and symbolic links in the
 * middle of a path, absolute ones too, stay inside, also while others rename and replace things.
 * Magic links of /proc are never followed.
 *
 * <p>The <em>last</em> component is never followed, except by methods that say so, and must not be
 * {@code ..} (EINVAL). The paths {@code ""}, {@code "."} and {@code "/"} mean the directory itself.
 * Names are as {@link FileName} decodes them. Modes are exact, whatever the umask. Failures are
 * {@link LinuxException}s with the errno of the call. Thread-safe.
 */
public final class DirFd implements AutoCloseable {
  private static final int READ_DIRECTORY = FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
  private static final int IN_ROOT = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS;
  private static final int LINK_TARGET_BYTES_MAX = 4096;

  private final FileDescriptor descriptor;

  private DirFd(FileDescriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens a directory of the host by its path, following links. */
  public static DirFd open(Path directory) throws LinuxException {
    String path = directory.toAbsolutePath().toString();
    return new DirFd(
        FileDescriptor.of(FileCalls.open(FileCalls.AT_FDCWD, path, FileCalls.O_DIRECTORY, 0, 0)));
  }

  /** Takes over a directory's descriptor, or a mount's (fsmount(2)). */
  public static DirFd of(FileDescriptor descriptor) {
    return new DirFd(descriptor);
  }

  /** The open descriptor; it stays this object's. */
  public FileDescriptor descriptor() {
    return descriptor;
  }

  /**
   * A path of this process for the open directory; what is appended to it is <em>not</em> kept
   * inside.
   */
  public Path path() {
    return descriptor.path();
  }

  private int fd() {
    return descriptor.number();
  }

  // ---- opening

  /** Opens a directory for use as a root of its own; links are followed inside this root. */
  public DirFd directory(String path) throws LinuxException {
    return directory(path, IN_ROOT);
  }

  /** As {@link #directory}, but refuses any link in the path (ELOOP). */
  public DirFd directoryWithoutLinks(String path) throws LinuxException {
    return directory(path, IN_ROOT | FileCalls.RESOLVE_NO_SYMLINKS);
  }

  /**
   * What lies at a path, as a descriptor that only names it (O_PATH); links are followed. Other
   * than everywhere else here, what leads out of this directory is refused, not kept inside.
   *
   * @throws LinuxException EXDEV for a path or a link that is absolute or climbs out
   */
  public FileDescriptor beneath(String path) throws LinuxException {
    String name = path.isEmpty() ? "." : path;
    int resolve = FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_MAGICLINKS;
    return FileDescriptor.of(FileCalls.open(fd(), name, FileCalls.O_PATH, 0, resolve));
  }

  private DirFd directory(String path, int resolve) throws LinuxException {
    String name = path.isEmpty() ? "." : path;
    return new DirFd(
        FileDescriptor.of(FileCalls.open(fd(), name, FileCalls.O_DIRECTORY, 0, resolve)));
  }

  /**
   * Opens a regular file.
   *
   * @param mode of a file that this call creates, exactly
   * @throws LinuxException ELOOP for a link at the end, EINVAL for what is not a regular file
   */
  public FileFd open(String path, int mode, OpenFlag... flags) throws LinuxException {
    int bits = FileCalls.O_NOFOLLOW | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY;
    for (OpenFlag flag : flags) {
      bits = flag == OpenFlag.FOLLOW ? bits & ~FileCalls.O_NOFOLLOW : bits | flag.bits();
    }
    return FileFd.regular(FileCalls.open(fd(), path, bits, mode, IN_ROOT), path);
  }

  /** Opens a regular file for reading; a link at the end is refused (ELOOP). */
  public FileFd read(String path) throws LinuxException {
    return open(path, 0);
  }

  /** Creates a regular file for writing; whatever has that name already is an error (EEXIST). */
  public FileFd create(String path, int mode) throws LinuxException {
    FileFd file = open(path, mode, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);
    try {
      file.chmod(mode);
      return file;
    } catch (LinuxException e) {
      file.close();
      throw e;
    }
  }

  // ---- making

  /** Makes a directory in an existing one. */
  public void mkdir(String path, int mode) throws LinuxException {
    try (Place at = place(path)) {
      FileCalls.check("mkdirat", path, FileCalls.mkdirat(at.fd(), at.name(), mode));
      try (FileDescriptor made = at.openDirectory()) {
        FileCalls.check("fchmod", path, FileCalls.fchmod(made.number(), mode));
      }
    }
  }

  /**
   * Makes a directory and those above it that are missing; a link to a directory counts as one.
   *
   * @return the paths of those it made, the uppermost first
   * @throws LinuxException ENOTDIR when something else is in the way, ENOENT at a dangling link;
   *     directories made before stay
   */
  public List<String> mkdirs(String path, int mode) throws LinuxException {
    List<String> made = new ArrayList<>();
    StringBuilder prefix = new StringBuilder();
    for (String component : path.split("/", -1)) {
      if (component.isEmpty() || component.equals(".")) {
        continue;
      }
      prefix.append(prefix.isEmpty() ? "" : "/").append(component);
      if (!component.equals("..") && mkdirIfMissing(prefix.toString(), mode)) {
        made.add(prefix.toString());
      }
    }
    directory(path).close();
    return made;
  }

  private boolean mkdirIfMissing(String path, int mode) throws LinuxException {
    try {
      mkdir(path, mode);
      return true;
    } catch (LinuxException e) {
      if (e.is(Errno.EEXIST)) {
        return false;
      }
      throw e;
    }
  }

  /** Makes a symbolic link; the target is mere text. */
  public void symlink(String target, String path) throws LinuxException {
    try (Place at = place(path)) {
      byte[] text = FileName.encodeTerminated(target);
      FileCalls.check("symlinkat", path, FileCalls.symlinkat(text, at.fd(), at.name()));
    }
  }

  /** Makes {@code path} another name of {@code existing}; of a link itself, if it is one. */
  public void link(String existing, String path) throws LinuxException {
    try (Place from = place(existing);
        Place at = place(path)) {
      int result = FileCalls.linkat(from.fd(), from.name(), at.fd(), at.name(), 0);
      FileCalls.check("linkat", path, result);
    }
  }

  /** Makes a device node. */
  public void mknod(String path, FileType type, int mode, FileStatus.Device device)
      throws LinuxException {
    try (Place at = place(path)) {
      int bits = type.modeBits() | mode;
      int result = FileCalls.mknodat(at.fd(), at.name(), bits, device.encoded());
      FileCalls.check("mknodat", path, result);
      at.chmod(mode, path);
    }
  }

  /** Makes a named pipe. */
  public void mkfifo(String path, int mode) throws LinuxException {
    mknod(path, FileType.FIFO, mode, FileStatus.Device.NONE);
  }

  // ---- removing and renaming

  /** Removes a name of anything but a directory. */
  public void unlink(String path) throws LinuxException {
    try (Place at = place(path)) {
      FileCalls.check("unlinkat", path, FileCalls.unlinkat(at.fd(), at.name(), 0));
    }
  }

  /** Removes an empty directory. */
  public void rmdir(String path) throws LinuxException {
    try (Place at = place(path)) {
      int result = FileCalls.unlinkat(at.fd(), at.name(), FileCalls.AT_REMOVEDIR);
      FileCalls.check("rmdir", path, result);
    }
  }

  /** Renames, replacing a file or an empty directory of the new name (rename(2)). */
  public void rename(String from, String to) throws LinuxException {
    try (Place old = place(from);
        Place at = place(to)) {
      int result = FileCalls.renameat2(old.fd(), old.name(), at.fd(), at.name(), 0);
      FileCalls.check("renameat2", from + " to " + to, result);
    }
  }

  /** Renames into another directory; whatever has the new name already is an error (EEXIST). */
  public void move(String from, DirFd directory, String to) throws LinuxException {
    try (Place old = place(from);
        Place at = directory.place(to)) {
      int result =
          FileCalls.renameat2(old.fd(), old.name(), at.fd(), at.name(), FileCalls.RENAME_NOREPLACE);
      FileCalls.check("renameat2", from + " to " + to, result);
    }
  }

  /**
   * Removes whatever has this name, with all beneath, however deep; nothing there is fine. A link
   * is removed, never what it points to. After a failure a part may be left; call again.
   */
  public void deleteTree(String path) throws LinuxException {
    try (Place at = place(path)) {
      TreeRemover.remove(at.fd(), at.name(), path);
    } catch (LinuxException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** Removes all that is in this directory, as {@link #deleteTree} does. */
  public void deleteContents() throws LinuxException {
    try (DirFd fresh = directory(".")) {
      TreeRemover.empty(fresh.fd(), path().toString());
    }
  }

  // ---- reading

  /** Where a symbolic link points to. */
  public String readlink(String path) throws LinuxException {
    try (Place at = place(path)) {
      byte[] target = new byte[LINK_TARGET_BYTES_MAX];
      long length = FileCalls.readlinkat(at.fd(), at.name(), target, target.length);
      FileCalls.check("readlinkat", path, length);
      return FileName.decode(Arrays.copyOf(target, (int) length));
    }
  }

  /** The entries of a directory, without {@code .} and {@code ..}, in no order. */
  public List<DirEntry> list(String path) throws LinuxException {
    int fd = FileCalls.open(fd(), path.isEmpty() ? "." : path, READ_DIRECTORY, 0, IN_ROOT);
    try (FileDescriptor directory = FileDescriptor.of(fd)) {
      return DirectoryReader.list(directory.number(), path);
    }
  }

  /** What lies there; of a link, the link itself. */
  public FileStatus stat(String path) throws LinuxException {
    try (Place at = place(path)) {
      return at.stat(path);
    }
  }

  /** As {@link #stat}; empty when nothing has that name, or a part of the path is no directory. */
  public Optional<FileStatus> find(String path) throws LinuxException {
    try {
      return Optional.of(stat(path));
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What lies at the end of the path when links are followed to their end, inside the root. */
  public FileStatus statFollowing(String path) throws LinuxException {
    String name = path.isEmpty() ? "." : path;
    try (FileDescriptor file =
        FileDescriptor.of(FileCalls.open(fd(), name, FileCalls.O_PATH, 0, IN_ROOT))) {
      return FileFd.stat(file.number(), path);
    }
  }

  // ---- metadata

  /** Sets the owner; the kernel clears setuid, setgid and capabilities of a file by it. */
  public void chown(String path, int uid, int gid) throws LinuxException {
    try (Place at = place(path)) {
      int result = FileCalls.fchownat(at.fd(), at.name(), uid, gid, FileCalls.AT_SYMLINK_NOFOLLOW);
      FileCalls.check("fchownat", path, result);
    }
  }

  /** Sets the permission bits (07777); of a link it fails with ENOTSUP. */
  public void chmod(String path, int mode) throws LinuxException {
    try (Place at = place(path)) {
      at.chmod(mode, path);
    }
  }

  /** Sets the times of last modification and access, to the nanosecond. */
  public void setTimes(String path, Instant time) throws LinuxException {
    try (Place at = place(path)) {
      long[] times = FileFd.timespecs(time);
      int result = FileCalls.utimensat(at.fd(), at.name(), times, FileCalls.AT_SYMLINK_NOFOLLOW);
      FileCalls.check("utimensat", path, result);
    }
  }

  /** All extended attributes that this process may see, by name. */
  public Map<String, byte[]> xattrs(String path) throws LinuxException {
    try (Place at = place(path)) {
      return ExtendedAttributes.all(at.procPath(), path);
    }
  }

  /** One extended attribute; empty when it is not set or the file system has none. */
  public Optional<byte[]> xattr(String path, String name) throws LinuxException {
    try (Place at = place(path)) {
      return ExtendedAttributes.get(at.procPath(), name, path);
    }
  }

  /** Sets an extended attribute. */
  public void setXattr(String path, String name, byte[] value) throws LinuxException {
    try (Place at = place(path)) {
      ExtendedAttributes.set(at.procPath(), name, value, path);
    }
  }

  /** Removes an extended attribute; one that is not set is an error (ENODATA). */
  public void removeXattr(String path, String name) throws LinuxException {
    try (Place at = place(path)) {
      ExtendedAttributes.remove(at.procPath(), name, path);
    }
  }

  // ---- durability

  /** fsync of this directory: its entries are durable afterwards. */
  public void sync() throws LinuxException {
    FileCalls.check("fsync", path().toString(), FileCalls.fsync(fd()));
  }

  /**
   * syncfs of the file system that it lies on: all that was written there is durable afterwards.
   */
  public void syncFileSystem() throws LinuxException {
    FileCalls.check("syncfs", path().toString(), FileCalls.syncfs(fd()));
  }

  @Override
  public void close() {
    descriptor.close();
  }

  private Place place(String path) throws LinuxException {
    return Place.resolve(fd(), path, IN_ROOT);
  }
}
