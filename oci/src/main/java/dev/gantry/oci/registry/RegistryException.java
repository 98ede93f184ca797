package dev.gantry.oci.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A registry that answered with an error: HTTP status, the code of the distribution specification
 * (empty when it gave none), its message, and how long it wants to be left alone.
 */
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final long retryAfterMillis;

  /** An error answer to a request. */
  public RegistryException(String request, int status, String code, String message) {
    this(request, status, code, message, Optional.empty());
  }

  /** An error answer to a request that says when to ask again. */
  public RegistryException(
      String request, int status, String code, String message, Optional<Duration> retryAfter) {
    super(
        request
            + ": "
            + status
            + (code.isEmpty() ? "" : " " + code)
            + (message.isEmpty() ? "" : " (" + message + ")"));
    this.status = status;
    this.code = code;
    this.retryAfterMillis = retryAfter.map(Duration::toMillis).orElse(-1L);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The code, such as {@code MANIFEST_UNKNOWN}; may be empty. */
  public String code() {
    return code;
  }

  /** How long the registry asks to wait (RFC 9110, 10.2.3); empty when it does not. */
  public Optional<Duration> retryAfter() {
    return retryAfterMillis < 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(retryAfterMillis));
  }

  /** Whether what was asked for is not there. */
  public boolean isNotFound() {
    return status == 404;
  }
}
