package dev.gantry.run.pull;

import dev.gantry.oci.content.Digest;
import java.io.IOException;

/** A layer that is not the one that its image's config names. */
final class WrongLayerException extends IOException {
  private static final long serialVersionUID = 1;

  WrongLayerException(Digest named, Digest found) {
    super("the config names layer " + named + ", the archive is " + found);
  }
}
