package dev.gantry.cli.http;

import java.io.IOException;

/** A request that was refused, or could not be made; the message is for people, one line. */
public final class ApiException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** {@code status} is the HTTP status, 0 when there was no answer. */
  public ApiException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The HTTP status, 0 when there was no answer. */
  public int status() {
    return status;
  }
}
