package dev.gantry.oci.image;

import java.io.IOException;

/** A manifest, index or config that is not what its specification says. */
public final class InvalidImageException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says of which document what is wrong. */
  public InvalidImageException(String document, String why) {
    super("invalid " + document + ": " + why);
  }
}
