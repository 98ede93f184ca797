package dev.gantry.cli.image;

import dev.gantry.cli.http.ApiException;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.Digester;
import dev.gantry.oci.image.MediaTypes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A tar as an image layer: compressed with gzip.
 *
 * @param diffId the digest of the tar itself
 */
record LayerFile(Path file, Descriptor descriptor, Digest diffId) {
  private static final int BLOCK = 512;
  private static final int MAGIC_AT = 257;

  /** Makes {@code layer} from a tar or tar.gz; what is neither is refused. */
  static LayerFile make(Path archive, Path layer) throws IOException {
    Digester tar = new Digester();
    try (InputStream in = uncompressed(archive);
        OutputStream out = new GZIPOutputStream(Files.newOutputStream(layer), 1 << 16)) {
      byte[] first = in.readNBytes(BLOCK);
      if (first.length < BLOCK || !isTar(first)) {
        throw new ApiException(0, archive + " is neither a tar nor a tar.gz");
      }
      tar.update(first, 0, first.length);
      out.write(first);
      byte[] buffer = new byte[1 << 16];
      for (int n; (n = in.read(buffer)) >= 0; ) {
        tar.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    }
    Descriptor descriptor =
        new Descriptor(MediaTypes.OCI_LAYER_GZIP, digest(layer), Files.size(layer));
    return new LayerFile(layer, descriptor, tar.finish());
  }

  private static InputStream uncompressed(Path archive) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static boolean isTar(byte[] header) {
    return header[MAGIC_AT] == 'u' && header[MAGIC_AT + 1] == 's' && header[MAGIC_AT + 4] == 'r';
  }

  private static Digest digest(Path file) throws IOException {
    Digester digester = new Digester();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n; (n = in.read(buffer)) >= 0; ) {
        digester.update(buffer, 0, n);
      }
    }
    return digester.finish();
  }
}
