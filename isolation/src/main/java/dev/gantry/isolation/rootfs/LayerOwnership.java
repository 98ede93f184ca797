package dev.gantry.isolation.rootfs;

import dev.gantry.isolation.identity.IdRange;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A copy of an unpacked layer whose files belong to the ids of one sandbox: for kernels that cannot
 * map ids when mounting (before 5.19).
 */
public final class LayerOwnership {
  private LayerOwnership() {}

  /**
   * Copies a layer, with each owner and group shifted into the range; everything else (modes,
   * times, extended attributes, hard links, devices, whiteouts) is kept.
   *
   * @param target must not exist; complete when this returns, absent when it throws
   */
  public static void copy(Path layer, Path target, IdRange range) throws IOException {
    throw new UnsupportedOperationException("" + layer + target + range);
  }
}
