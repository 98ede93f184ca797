package dev.gantry.linux.file;

import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.LinuxException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A path, resolved up to its last component: an open directory and a name in it. The name is given
 * to calls that do not follow it, so that nothing behind a link is ever touched.
 */
final class Place implements AutoCloseable {
  private final @Nullable FileDescriptor parent;
  private final int directory;
  private final byte[] name;

  private Place(@Nullable FileDescriptor parent, int directory, byte[] name) {
    this.parent = parent;
    this.directory = directory;
    this.name = name;
  }

  static Place resolve(int root, String path, int resolve) throws LinuxException {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    int slash = path.lastIndexOf('/', end - 1);
    String last = end == 0 ? "." : path.substring(slash + 1, end);
    if (last.equals("..")) {
      throw new LinuxException("resolve", Errno.EINVAL.number(), path);
    }
    byte[] name = FileName.encodeTerminated(last);
    if (slash <= 0) {
      return new Place(null, root, name);
    }
    int flags = FileCalls.O_PATH | FileCalls.O_DIRECTORY;
    var parent =
        FileDescriptor.of(FileCalls.open(root, path.substring(0, slash), flags, 0, resolve));
    return new Place(parent, parent.number(), name);
  }

  /** The directory that holds the name. */
  int fd() {
    return directory;
  }

  /** The name, with a NUL behind. */
  byte[] name() {
    return name;
  }

  /** For calls that know no directory descriptors; safe because they do not follow its end. */
  byte[] procPath() {
    byte[] prefix = FileName.encode("/proc/self/fd/" + directory + "/");
    byte[] path = Arrays.copyOf(prefix, prefix.length + name.length);
    System.arraycopy(name, 0, path, prefix.length, name.length);
    return path;
  }

  FileDescriptor openDirectory() throws LinuxException {
    return open(FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW);
  }

  private FileDescriptor open(int flags) throws LinuxException {
    String last = FileName.decode(Arrays.copyOf(name, name.length - 1));
    int resolve = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS;
    return FileDescriptor.of(FileCalls.open(directory, last, flags, 0, resolve));
  }

  FileStatus stat(String path) throws LinuxException {
    byte[] status = new byte[FileStatus.STATX_BYTES];
    int flags = FileCalls.AT_SYMLINK_NOFOLLOW;
    int result = FileCalls.statx(directory, name, flags, FileStatus.STATX_BASIC_STATS, status);
    FileCalls.check("statx", path, result);
    return FileStatus.of(status);
  }

  /** chmod of the very file that was looked at: pinned first, since fchmodat(2) follows links. */
  void chmod(int mode, String path) throws LinuxException {
    try (FileDescriptor pinned = open(FileCalls.O_PATH | FileCalls.O_NOFOLLOW)) {
      if (FileFd.stat(pinned.number(), path).type() == FileType.SYMLINK) {
        throw new LinuxException("chmod", Errno.ENOTSUP.number(), path);
      }
      byte[] magic = FileName.encodeTerminated(pinned.path().toString());
      FileCalls.check("chmod", path, FileCalls.chmod(magic, mode));
    }
  }

  @Override
  public void close() {
    if (parent != null) {
      parent.close();
    }
  }
}
