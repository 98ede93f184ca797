package dev.gantry.build.execute;

import dev.gantry.build.cache.CachedLayer;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.ImageConfig;
import dev.gantry.oci.registry.ResolvedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An image to begin with or to copy from.
 *
 * @param key names its file system
 * @param name what the Dockerfile calls it
 * @param digest of its manifest
 */
record BaseImage(
    String key, String name, Digest digest, ImageConfig config, List<StageLayer.Stored> layers) {
  static BaseImage of(String name, String repository, ResolvedImage image) throws IOException {
    List<Descriptor> blobs = image.manifest().layers();
    if (blobs.size() != image.config().diffIds().size()) {
      throw new IOException("its manifest and its config do not have the same layers");
    }
    List<StageLayer.Stored> layers = new ArrayList<>();
    for (int i = 0; i < blobs.size(); i++) {
      layers.add(
          new StageLayer.Stored(
              new CachedLayer(blobs.get(i), image.config().diffIds().get(i), repository)));
    }
    return new BaseImage(
        "image " + image.config().diffIds(),
        name,
        image.manifest().digest(),
        image.config(),
        layers);
  }
}
