package dev.gantry.build.context;

import java.io.IOException;

/** A context that has more bytes than it may have. */
public final class ContextTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  /** More than so many bytes. */
  public ContextTooLargeException(long bytesMax) {
    super("the context has more than " + bytesMax + " bytes");
  }
}
