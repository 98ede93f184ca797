package dev.gantry.oci.registry;

import dev.gantry.oci.network.NetworkPolicy;
import java.net.URI;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a registry of others is reached.
 *
 * @param base {@code https://host[:port]}, or {@code http://} without TLS
 * @param credentials absent: nobody in particular
 * @param tls whom to believe; empty: whom this platform believes
 * @param elsewhere where it may send one beside itself, for blobs and for tokens
 */
public record RegistryAccess(
    URI base,
    @Nullable RegistryCredentials credentials,
    Optional<SSLContext> tls,
    NetworkPolicy elsewhere) {
  /** Refuses what is no place of a registry. */
  public RegistryAccess {
    boolean http = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
    boolean bare = base.getRawPath() == null || base.getRawPath().matches("/?");
    if (!http || base.getHost() == null || base.getUserInfo() != null || !bare) {
      throw new IllegalArgumentException(
          "a registry is at https://host[:port] or http://host[:port]");
    }
  }
}
