package dev.gantry.oci.layer;

import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarFormatException;
import dev.gantry.oci.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Unpacks archives into directories. Nothing outside the directory is ever read or written,
 * whatever the archive holds; memory does not grow with files' sizes.
 */
public final class LayerReader {
  private static final int BUFFER_BYTES = 64 * 1024;

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
    PlainStream plain = new PlainStream(archive, options.limits().unpackedBytesMax());
    TarReader tar = new TarReader(new BufferedInputStream(plain, BUFFER_BYTES));
    String name = "";
    try (LayerUnpacker unpacker = new LayerUnpacker(into, options)) {
      for (TarEntry entry; (entry = tar.next()) != null; ) {
        name = entry.name();
        unpacker.unpack(entry, tar);
      }
      unpacker.finish();
      plain.drain();
      return new UnpackedLayer(
          plain.finish(),
          plain.size(),
          unpacker.contentBytes(),
          unpacker.entries(),
          unpacker.devicesLeftOut());
    } catch (TarFormatException malformed) {
      String where = name.isEmpty() ? "" : ", behind " + name;
      throw new HostileArchiveException("", malformed.getMessage() + where);
    }
  }
}
