package dev.gantry.build.output;

import com.github.luben.zstd.ZstdInputStream;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.image.ImageManifest;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.image.Manifest;
import dev.gantry.oci.registry.RegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * An image in the registry.
 *
 * @param repository where its blobs are
 */
record BuiltLayers(RegistryClient registry, String repository, ImageManifest manifest) {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int CONFIG_BYTES_MAX = 8 * 1024 * 1024;

  static BuiltLayers of(RegistryClient registry, String repository, String digest)
      throws IOException {
    Manifest manifest = registry.manifest(repository, digest);
    if (manifest instanceof ImageManifest image) {
      return new BuiltLayers(registry, repository, image);
    }
    throw new InvalidImageException("manifest", "an index, not an image");
  }

  byte[] config() throws IOException {
    return registry.blobBytes(repository, manifest.config(), CONFIG_BYTES_MAX);
  }

  InputStream blob(Descriptor layer) throws IOException {
    return registry.blob(repository, layer);
  }

  /** The tar of a layer. */
  InputStream tar(Descriptor layer) throws IOException {
    InputStream blob = blob(layer);
    if (layer.mediaType().endsWith("gzip")) {
      return new GZIPInputStream(blob, BUFFER_BYTES);
    }
    return layer.mediaType().endsWith("zstd") ? new ZstdInputStream(blob) : blob;
  }
}
