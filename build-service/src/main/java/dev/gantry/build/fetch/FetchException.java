package dev.gantry.build.fetch;

import java.io.IOException;

/** What was to be fetched is not there, or not as it should be; the message is for the author. */
public final class FetchException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With what to tell. */
  public FetchException(String message) {
    super(message);
  }
}
