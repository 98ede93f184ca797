package dev.gantry.build.publish;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.image.ImageManifest;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes images of the platform's registry to another: blobs that are missing, then the manifest.
 */
public final class Delivery {
  private final RegistryClient from;
  private final RegistryClient to;
  private final Runnable check;

  /**
   * Delivers from one registry to another.
   *
   * @param check called between blobs; what it throws ends the delivery
   */
  public Delivery(RegistryClient from, RegistryClient to, Runnable check) {
    this.from = from;
    this.to = to;
    this.check = check;
  }

  /**
   * Pushes an image, byte for byte, under a tag. A repeated call sends what is missing. After a
   * failure there may be blobs there that nothing refers to, never half an image.
   *
   * @param repository of the platform's registry that has it
   */
  public void deliver(String repository, String digest, Reference target) throws IOException {
    if (!(from.manifest(repository, digest) instanceof ImageManifest manifest)) {
      throw new InvalidImageException("manifest", digest + " is not of one image");
    }
    List<Descriptor> blobs = new ArrayList<>(manifest.layers());
    blobs.add(manifest.config());
    for (Descriptor blob : blobs) {
      check.run();
      to.pushBlob(target.repository(), blob, () -> from.blob(repository, blob));
    }
    check.run();
    to.pushManifest(target.repository(), target.tag().orElse(Reference.DEFAULT_TAG), manifest);
  }
}
