package dev.gantry.run.pull;

import java.io.IOException;

/** An image for another kind of host. */
final class UnfitImageException extends IOException {
  private static final long serialVersionUID = 1;

  UnfitImageException(String message) {
    super(message);
  }
}
