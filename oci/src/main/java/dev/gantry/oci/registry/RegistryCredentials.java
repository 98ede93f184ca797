package dev.gantry.oci.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who one is to a registry; not told by {@link #toString}.
 *
 * @param password or a token that stands for one
 */
public record RegistryCredentials(String user, String password) {
  /** The value of an Authorization header (RFC 7617). */
  String basic() {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public String toString() {
    return "credentials of " + user;
  }
}
