package dev.gantry.isolation.network;

/** A transport protocol that ports are published of. */
public enum Protocol {
  TCP,
  UDP;

  /** Its name in firewall rules and API documents. */
  public String text() {
    return this == TCP ? "tcp" : "udp";
  }
}
