package dev.gantry.oci.content;

import java.io.IOException;

/** Content that is not what its digest or size says. */
public final class DigestMismatchException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says what was expected and what came. */
  public DigestMismatchException(String expected, String actual) {
    super("expected " + expected + ", got " + actual);
  }
}
