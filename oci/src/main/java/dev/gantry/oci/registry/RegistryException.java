package dev.gantry.oci.registry;

import java.io.IOException;

/**
 * A registry that answered with an error: HTTP status, the code of the distribution specification
 * (empty when it gave none), and its message.
 */
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;

  /** An error answer to a request. */
  public RegistryException(String request, int status, String code, String message) {
    super(
        request
            + ": "
            + status
            + (code.isEmpty() ? "" : " " + code)
            + (message.isEmpty() ? "" : " (" + message + ")"));
    this.status = status;
    this.code = code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The code, such as {@code MANIFEST_UNKNOWN}; may be empty. */
  public String code() {
    return code;
  }

  /** Whether what was asked for is not there. */
  public boolean isNotFound() {
    return status == 404;
  }
}
