package dev.gantry.isolation.rootfs;

import dev.gantry.isolation.identity.IdRange;
import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A copy of an unpacked layer whose files belong to the ids of one sandbox: for kernels that cannot
 * map ids when mounting (before 5.19).
 */
public final class LayerOwnership {
  private LayerOwnership() {}

  /**
   * Copies a layer, with each owner and group shifted into the range; everything else (modes,
   * times, extended attributes, hard links, devices, whiteouts) is kept. Ids beyond the range's
   * size become its last but one (nobody).
   *
   * @param target must not exist; complete when this returns, absent when it throws
   */
  public static void copy(Path layer, Path target, IdRange range) throws IOException {
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Files.createDirectory(target);
    try (DirFd from = DirFd.open(layer);
        DirFd to = DirFd.open(target)) {
      try {
        TreeCopy.copy(from, to, id -> shifted(id, range));
      } catch (IOException e) {
        to.deleteContents();
        Files.delete(target);
        throw e;
      }
    }
  }

  private static int shifted(int id, IdRange range) {
    long inside = Integer.toUnsignedLong(id);
    return (int) (range.base() + (inside < range.size() ? inside : range.size() - 2L));
  }
}
