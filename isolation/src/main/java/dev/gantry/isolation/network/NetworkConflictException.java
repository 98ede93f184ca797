package dev.gantry.isolation.network;

import java.io.IOException;

/** A network that cannot be made because of what this host has already; the message says what. */
public final class NetworkConflictException extends IOException {
  private static final long serialVersionUID = 1;

  /** A conflict with what the message names. */
  public NetworkConflictException(String message) {
    super(message);
  }
}
