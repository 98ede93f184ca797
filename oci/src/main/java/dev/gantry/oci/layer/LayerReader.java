package dev.gantry.oci.layer;

import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.io.InputStream;

/**
 * Unpacks archives into directories. Nothing outside the directory is ever read or written,
 * whatever the archive holds; memory does not grow with files' sizes.
 */
public final class LayerReader {
  private LayerReader() {}

  /**
   * Unpacks a tar archive, plain or compressed by gzip or zstd (its first bytes tell), reading the
   * stream to its very end. Later entries replace earlier ones of the same name.
   *
   * <p>With {@link UnpackOptions.Whiteouts#OVERLAY} the result is meant as a lower directory of an
   * overlay: whiteouts become character devices 0:0, opaque markers {@code trusted.overlay.opaque}.
   * A whiteout hides lower layers only, never what the same archive brings.
   *
   * <p>Nothing is fsync'ed: see {@link DirFd#syncFileSystem}.
   *
   * @param into an empty directory; after a failure a part of the archive lies there
   * @throws HostileArchiveException when the archive is refused
   */
  public static UnpackedLayer unpack(InputStream archive, DirFd into, UnpackOptions options)
      throws IOException {
    throw new UnsupportedOperationException();
  }
}
