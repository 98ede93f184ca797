package dev.gantry.oci.layer;

import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Archives directory trees as layers. The same tree makes the same bytes on every machine: entries
 * sorted, no names of users, no access times, nothing of the compressor's environment.
 */
public final class LayerWriter {
  private LayerWriter() {}

  /**
   * Writes what is in a directory, without the directory itself. An overlay's upper directory makes
   * the layer of what was changed: character devices 0:0 become whiteouts, opaque directories
   * opaque markers. Sockets are left out.
   *
   * @param out flushed at the end and left open; buffering it pays
   * @throws IOException when the tree cannot be a layer: names that begin with {@code .wh.},
   *     overlay redirects, paths too long, owners below the id base; or changes while it is read
   */
  public static WrittenLayer write(DirFd tree, OutputStream out, LayerOptions options)
      throws IOException {
    throw new UnsupportedOperationException();
  }
}
