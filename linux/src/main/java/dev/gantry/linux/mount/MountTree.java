package dev.gantry.linux.mount;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.nio.file.Path;
import java.util.Set;

/** Mounts by descriptor: copied, changed, put in their place, taken away. */
public final class MountTree {
  private static final int OPEN_TREE_CLONE = 1;
  private static final int OPEN_TREE_CLOEXEC = 0x80000;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
  private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final int SETATTR_BYTES = 32;

  private MountTree() {}

  /** A copy of the mount at a path, without the mounts below it, mounted nowhere. */
  public static FileDescriptor copy(Path path) throws LinuxException {
    try (MountCalls.Text text = MountCalls.Text.of(path.toString())) {
      long tree =
          MountCalls.call(
              MountCalls.OPEN_TREE,
              MountCalls.AT_FDCWD,
              text.address(),
              OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
      return FileDescriptor.of((int) Libc.check("open_tree", path.toString(), tree));
    }
  }

  /** Adds properties to a mount. */
  public static void set(FileDescriptor mount, Set<MountAttribute> attributes)
      throws LinuxException {
    try (MountCalls.Text empty = MountCalls.Text.of("");
        Memory change = new Memory(SETATTR_BYTES)) {
      change.clear();
      change.setLong(0, MountAttribute.bits(attributes));
      Libc.check(
          "mount_setattr",
          Libc.syscall(
              MountCalls.MOUNT_SETATTR,
              mount.number(),
              empty.address(),
              MountCalls.AT_EMPTY_PATH,
              Pointer.nativeValue(change),
              SETATTR_BYTES,
              0));
    }
  }

  /** Puts a mount that is nowhere in a place. */
  public static void attach(FileDescriptor mount, Path target) throws LinuxException {
    try (MountCalls.Text empty = MountCalls.Text.of("");
        MountCalls.Text text = MountCalls.Text.of(target.toString())) {
      Libc.check(
          "move_mount",
          target.toString(),
          Libc.syscall(
              MountCalls.MOVE_MOUNT,
              mount.number(),
              empty.address(),
              MountCalls.AT_FDCWD,
              text.address(),
              MOVE_MOUNT_F_EMPTY_PATH,
              0));
    }
  }

  /** Puts a mount that is nowhere on an open file or directory of this thread's mounts. */
  public static void attach(FileDescriptor mount, FileDescriptor target) throws LinuxException {
    try (MountCalls.Text empty = MountCalls.Text.of("")) {
      Libc.check(
          "move_mount",
          Libc.syscall(
              MountCalls.MOVE_MOUNT,
              mount.number(),
              empty.address(),
              target.number(),
              empty.address(),
              MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH,
              0));
    }
  }

  /** Takes away the mount at a place, at once; what is still open there stays usable. */
  public static void detach(Path target) throws LinuxException {
    Libc.check(
        "umount2",
        target.toString(),
        MountCalls.umount2(target.toString(), MNT_DETACH | UMOUNT_NOFOLLOW));
  }
}
