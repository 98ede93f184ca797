package dev.gantry.build.context;

import java.io.IOException;

/** A context that is no archive, is hostile, or exceeds a limit; the message says which and how. */
public final class InvalidContextException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message for whoever sent the context. */
  public InvalidContextException(String message) {
    super(message);
  }
}
