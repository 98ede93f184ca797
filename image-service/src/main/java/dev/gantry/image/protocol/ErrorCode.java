package dev.gantry.image.protocol;

/**
 * Why a request was refused, as clients of a registry know it.
 *
 * <p>Source: OCI distribution-spec 1.1, "Error Codes"; {@code RANGE_INVALID} and {@code
 * UNAVAILABLE} are the CNCF distribution's, for what the specification has no code.
 */
public enum ErrorCode {
  BLOB_UNKNOWN(404),
  BLOB_UPLOAD_INVALID(400),
  BLOB_UPLOAD_UNKNOWN(404),
  DENIED(403),
  DIGEST_INVALID(400),
  MANIFEST_BLOB_UNKNOWN(400),
  MANIFEST_INVALID(400),
  MANIFEST_UNKNOWN(404),
  NAME_INVALID(400),
  NAME_UNKNOWN(404),
  RANGE_INVALID(416),
  SIZE_INVALID(413),
  TOOMANYREQUESTS(429),
  UNSUPPORTED(405),
  UNAVAILABLE(503),
  UNKNOWN(500);

  private final int httpStatus;

  ErrorCode(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  /** The HTTP status that goes with this code unless the refusal says otherwise. */
  public int httpStatus() {
    return httpStatus;
  }
}
