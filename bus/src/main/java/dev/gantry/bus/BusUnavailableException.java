package dev.gantry.bus;

/** Kafka did not answer for as long as the caller was willing to wait. */
public final class BusUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BusUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
