package dev.gantry.isolation.rootfs;

import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.mount.FilesystemContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A root file system of layers that this process reads and writes: an overlay that is mounted in no
 * mount namespace, so that nothing of it is left when the process ends.
 */
public final class DetachedRootfs implements AutoCloseable {
  private final DirFd root;

  private DetachedRootfs(DirFd root) {
    this.root = root;
  }

  /**
   * Mounts an overlay.
   *
   * @param layers the lowest first; may be empty
   * @param upper where changes go
   * @param work an empty directory of the same file system as {@code upper}
   */
  public static DetachedRootfs open(List<Path> layers, Path upper, Path work) throws IOException {
    if (layers.isEmpty()) {
      return new DetachedRootfs(DirFd.open(upper));
    }
    try (FilesystemContext overlay = FilesystemContext.open("overlay")) {
      for (Path layer : layers.reversed()) {
        overlay.set("lowerdir+", layer.toString());
      }
      overlay.set("upperdir", upper.toString()).set("workdir", work.toString());
      return new DetachedRootfs(DirFd.of(overlay.mount()));
    }
  }

  /** The root directory; all paths are resolved beneath it. It ends with this. */
  public DirFd root() {
    return root;
  }

  /** Ends the mount; what was written is in the upper directory. A second call does nothing. */
  @Override
  public void close() {
    root.close();
  }
}
