package dev.gantry.build.execute;

import dev.gantry.build.layer.LayerStore;
import dev.gantry.isolation.rootfs.DetachedRootfs;
import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A root file system of layers in which this process writes; it is mounted nowhere. */
final class Rootfs implements AutoCloseable {
  private final LayerStore store;
  private final Path scratch;
  private final DetachedRootfs mounted;

  private Rootfs(LayerStore store, Path scratch, DetachedRootfs mounted) {
    this.store = store;
    this.scratch = scratch;
    this.mounted = mounted;
  }

  static Rootfs open(LayerStore store, List<Path> layers) throws IOException {
    Path scratch = store.create();
    try {
      Path upper = Files.createDirectory(scratch.resolve("upper"));
      Files.setPosixFilePermissions(upper, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path work = Files.createDirectory(scratch.resolve("work"));
      return new Rootfs(store, scratch, DetachedRootfs.open(layers, upper, work));
    } catch (IOException e) {
      store.delete(scratch);
      throw e;
    }
  }

  DirFd root() {
    return mounted.root();
  }

  /** Ends the mount and hands out what was changed, as a directory of the layer store. */
  Path takeChanges() throws IOException {
    mounted.close();
    Path taken = store.reserve();
    Files.move(scratch.resolve("upper"), taken, StandardCopyOption.ATOMIC_MOVE);
    return taken;
  }

  @Override
  public void close() throws IOException {
    mounted.close();
    store.delete(scratch);
  }
}
