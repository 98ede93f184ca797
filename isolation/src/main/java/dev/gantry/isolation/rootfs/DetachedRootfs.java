package dev.gantry.isolation.rootfs;

import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.mount.FileSystemContext;
import dev.gantry.linux.mount.MountAttribute;
import dev.gantry.linux.mount.MountTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A root file system of layers that is mounted nowhere: no other process sees it, no path leads to
 * it, and it goes with this process. What is written through it is in the upper directory, as a
 * layer has it.
 */
public final class DetachedRootfs implements AutoCloseable {
  /** What lies in a layer is data to this process, never a device or a program. */
  private static final Set<MountAttribute> INERT =
      EnumSet.of(MountAttribute.NO_DEVICES, MountAttribute.NO_SETUID, MountAttribute.NO_EXECUTION);

  private final DirFd root;

  private DetachedRootfs(DirFd root) {
    this.root = root;
  }

  /**
   * Mounts layers with a directory for changes.
   *
   * @param layers unpacked layers, the lowest first; none: what is written is all there is
   * @param upper where changes go; on a file system that can be an overlay's upper, with {@code
   *     work}
   * @param work an empty directory for the kernel, on the same file system
   * @throws IOException when the kernel refuses: before Linux 6.5 there may be no more than about a
   *     dozen layers
   */
  public static DetachedRootfs open(List<Path> layers, Path upper, Path work) throws IOException {
    if (layers.isEmpty()) {
      FileDescriptor copy = MountTree.copy(upper);
      try {
        MountTree.set(copy, INERT);
        return new DetachedRootfs(DirFd.of(copy));
      } catch (IOException e) {
        copy.close();
        throw e;
      }
    }
    List<DirFd> open = new ArrayList<>();
    try {
      // By descriptor: an option's value has 255 bytes, a path may have more, and colons in it.
      for (Path directory : layers.reversed()) {
        open.add(DirFd.open(directory));
      }
      List<String> lowers = open.stream().map(directory -> directory.path().toString()).toList();
      open.add(DirFd.open(upper));
      open.add(DirFd.open(work));
      return new DetachedRootfs(
          DirFd.of(
              overlay(
                  lowers,
                  open.get(open.size() - 2).path().toString(),
                  open.getLast().path().toString())));
    } finally {
      open.forEach(DirFd::close);
    }
  }

  /** The root of the file system. It is closed with this object. */
  public DirFd root() {
    return root;
  }

  /** Ends it. A repeated call does nothing. */
  @Override
  public void close() {
    root.close();
  }

  private static FileDescriptor overlay(List<String> lowers, String upper, String work)
      throws LinuxException {
    try {
      return overlay(lowers, List.of(), upper, work);
    } catch (LinuxException e) {
      if (!e.is(Errno.EINVAL)) {
        throw e;
      }
      // Before Linux 6.5 they are one option, whose value has 255 bytes.
      return overlay(List.of(), List.of(String.join(":", lowers)), upper, work);
    }
  }

  private static FileDescriptor overlay(
      List<String> oneByOne, List<String> together, String upper, String work)
      throws LinuxException {
    try (FileSystemContext context = FileSystemContext.open("overlay")) {
      for (String lower : oneByOne) {
        context.set("lowerdir+", lower);
      }
      for (String lowers : together) {
        context.set("lowerdir", lowers);
      }
      context.set("upperdir", upper);
      context.set("workdir", work);
      // Whatever the kernel's defaults: what these write into the upper is not in the layer format.
      context.set("redirect_dir", "nofollow");
      context.set("metacopy", "off");
      context.set("index", "off");
      return context.mount(INERT);
    }
  }
}
