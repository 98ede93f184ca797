package dev.gantry.oci.tar;

import java.io.IOException;

/** A stream that is no well-formed tar archive, or has headers beyond all bounds. */
public final class TarFormatException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says what is wrong. */
  public TarFormatException(String why) {
    super(why);
  }
}
