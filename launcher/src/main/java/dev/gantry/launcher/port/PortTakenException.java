package dev.gantry.launcher.port;

import dev.gantry.launcher.settings.Port;
import java.io.IOException;

/** A port that the platform needs is in use; the message names the holder and the setting. */
public final class PortTakenException extends IOException {
  private static final long serialVersionUID = 1L;

  /** {@code holder} is the process, or the other setting, that has the port. */
  public PortTakenException(Port port, int number, String holder) {
    super(
        "port "
            + number
            + " is taken by "
            + holder
            + "; stop it, or choose another port with "
            + port.setting()
            + "=PORT");
  }
}
