package dev.gantry.linux.network;

import java.io.IOException;

/** Firewall commands that were refused; the message is libnftables' own. Nothing was changed. */
public final class FirewallException extends IOException {
  private static final long serialVersionUID = 1;

  /** A refusal, as libnftables words it. */
  public FirewallException(String message) {
    super(message);
  }
}
