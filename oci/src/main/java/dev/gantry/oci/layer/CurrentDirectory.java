package dev.gantry.oci.layer;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The directory that entries are being put into. It stays open while entries follow one another in
 * it, and gets back its modification time when it is left, so that no list of directories has to be
 * kept until the end.
 */
final class CurrentDirectory implements AutoCloseable {
  private final DirFd root;
  private final EntryBudget budget;
  private @Nullable DirFd open;
  private String path = "";
  private Instant modified = Instant.EPOCH;

  CurrentDirectory(DirFd root, EntryBudget budget) {
    this.root = root;
    this.budget = budget;
  }

  /** The directory of this path; missing ones are made, as root's and with mode 0755. */
  DirFd enter(String wanted) throws IOException {
    if (open != null && path.equals(wanted)) {
      return open;
    }
    leave();
    DirFd entered = openOrMake(wanted);
    open = entered;
    path = wanted;
    modified = entered.stat("").modified();
    return entered;
  }

  /** As {@link #enter}, but refuses a path through links. */
  DirFd enterWithoutLinks(String wanted, String entry) throws IOException {
    DirFd entered = enter(wanted);
    try {
      root.directoryWithoutLinks(wanted).close();
    } catch (LinuxException e) {
      if (e.is(Errno.ELOOP)) {
        throw new HostileArchiveException(entry, "a whiteout through a link");
      }
      throw e;
    }
    return entered;
  }

  private DirFd openOrMake(String wanted) throws IOException {
    try {
      return root.directory(wanted);
    } catch (LinuxException e) {
      if (wanted.isEmpty() || !e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        throw refusal(wanted, e);
      }
    }
    int slash = wanted.lastIndexOf('/');
    DirFd parent = enter(slash < 0 ? "" : wanted.substring(0, slash));
    makeIn(parent, wanted.substring(slash + 1), wanted);
    leave();
    try {
      return root.directory(wanted);
    } catch (LinuxException e) {
      throw refusal(wanted, e);
    }
  }

  private void makeIn(DirFd parent, String name, String wanted) throws IOException {
    budget.takeEntry(wanted);
    FileStatus existing = parent.find(name).orElse(null);
    if (existing == null) {
      parent.mkdir(name, 0755);
    } else if (existing.isWhiteout()) {
      makeOverWhiteout(parent, name);
    } else {
      throw new HostileArchiveException(wanted, "something below what is no directory");
    }
  }

  /** A directory in place of a whiteout of the same archive: new, so it hides what was below. */
  static void makeOverWhiteout(DirFd parent, String name) throws IOException {
    parent.unlink(name);
    parent.mkdir(name, 0755);
    parent.setXattr(name, Whiteout.OPAQUE_XATTR, Whiteout.OPAQUE_VALUE);
  }

  private static IOException refusal(String wanted, LinuxException e) {
    return e.is(Errno.ELOOP, Errno.ENOTDIR, Errno.ENOENT)
        ? new HostileArchiveException(wanted, "something below a link that leads nowhere")
        : e;
  }

  /** Gives the directory its time back; what is entered next is opened anew. */
  void leave() throws IOException {
    DirFd left = open;
    open = null;
    if (left != null) {
      try (left) {
        left.setTimes("", modified);
      }
    }
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
