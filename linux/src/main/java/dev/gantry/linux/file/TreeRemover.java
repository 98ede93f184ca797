package dev.gantry.linux.file;

import com.sun.jna.Native;
import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.LinuxException;
import java.util.Arrays;

/**
 * Removes trees of any depth with a bounded number of open descriptors and stack frames: what lies
 * too deep is first moved up to the root of the work, and removed from there.
 */
final class TreeRemover {
  private static final int DEPTH_MAX = 64;
  private static final int FLAGS = FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;

  private final int top;
  private final String path;
  private long moved;

  private TreeRemover(int top, String path) {
    this.top = top;
    this.path = path;
  }

  /** Removes one name in a directory; ENOENT when it is not there. */
  static void remove(int directory, byte[] name, String path) throws LinuxException {
    if (FileCalls.unlinkat(directory, name, 0) == 0) {
      return;
    }
    int errno = Native.getLastError();
    if (errno != Errno.EISDIR.number() && errno != Errno.EPERM.number()) {
      throw new LinuxException("unlinkat", errno, path);
    }
    try (FileDescriptor tree = openDirectory(directory, name)) {
      empty(tree.number(), path);
    }
    FileCalls.check("rmdir", path, FileCalls.unlinkat(directory, name, FileCalls.AT_REMOVEDIR));
  }

  /** Removes all entries of a directory, whose descriptor must stand at its start. */
  static void empty(int directory, String path) throws LinuxException {
    TreeRemover remover = new TreeRemover(directory, path);
    do {
      remover.moved = 0;
      FileCalls.check("lseek", path, FileCalls.lseek(directory, 0, 0));
      remover.emptyLevel(directory, 0);
    } while (remover.moved > 0);
  }

  private void emptyLevel(int directory, int depth) throws LinuxException {
    for (DirEntry entry : DirectoryReader.list(directory, path)) {
      byte[] name = FileName.encodeTerminated(entry.name());
      if (entry.type() != FileType.DIRECTORY && FileCalls.unlinkat(directory, name, 0) == 0) {
        continue;
      }
      if (depth == DEPTH_MAX) {
        moveUp(directory, name);
      } else {
        removeDirectory(directory, name, depth);
      }
    }
  }

  private void removeDirectory(int directory, byte[] name, int depth) throws LinuxException {
    try (FileDescriptor child = openDirectory(directory, name)) {
      emptyLevel(child.number(), depth + 1);
    }
    FileCalls.check("rmdir", path, FileCalls.unlinkat(directory, name, FileCalls.AT_REMOVEDIR));
  }

  private void moveUp(int directory, byte[] name) throws LinuxException {
    int flags = FileCalls.RENAME_NOREPLACE;
    for (int attempt = 0; ; attempt++) {
      byte[] target = FileName.encodeTerminated(".deep-" + moved + "-" + attempt);
      if (FileCalls.renameat2(directory, name, top, target, flags) == 0) {
        moved++;
        return;
      }
      int errno = Native.getLastError();
      if (errno != Errno.EEXIST.number()) {
        throw new LinuxException("renameat2", errno, path);
      }
    }
  }

  private static FileDescriptor openDirectory(int directory, byte[] name) throws LinuxException {
    String last = FileName.decode(Arrays.copyOf(name, name.length - 1));
    int resolve = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_SYMLINKS;
    return FileDescriptor.of(FileCalls.open(directory, last, FLAGS, 0, resolve));
  }
}
