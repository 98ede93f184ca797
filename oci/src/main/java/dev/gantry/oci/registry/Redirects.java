package dev.gantry.oci.registry;

import dev.gantry.oci.network.NetworkPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;

/**
 * Where a registry may send those who ask it: to itself, or to other hosts whose addresses the
 * policy allows, over TLS unless the registry itself is without.
 *
 * <p>Addresses are checked before the connection, which then takes what the resolver of this
 * process still knows; over TLS, a host that is another one by then has no certificate.
 */
final class Redirects {
  /** How often one request is sent on. */
  static final int MAX = 5;

  private static final Set<Integer> STATUS = Set.of(301, 302, 303, 307, 308);

  private final URI base;
  private final NetworkPolicy policy;

  Redirects(URI base, NetworkPolicy policy) {
    this.base = base;
    this.policy = policy;
  }

  static boolean is(HttpResponse<?> answer) {
    return STATUS.contains(answer.statusCode());
  }

  /** The same request to the place that the answer names. */
  HttpRequest next(HttpRequest request, HttpResponse<?> answer) throws IOException {
    URI place;
    try {
      place = answer.uri().resolve(answer.headers().firstValue("Location").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new IOException(request.uri() + " redirects to what is no URL", e);
    }
    check(place);
    return HttpRequest.newBuilder(request, (_, _) -> true).uri(place).build();
  }

  /**
   * Refuses a place that may not be gone to.
   *
   * @throws NetworkPolicy.RefusedException when its address is not allowed
   */
  void check(URI place) throws IOException {
    boolean plain = "http".equals(place.getScheme()) && "http".equals(base.getScheme());
    boolean http = plain || "https".equals(place.getScheme());
    if (!http || place.getHost() == null || place.getUserInfo() != null) {
      throw new IOException("a registry leads to where nobody may follow: " + shown(place));
    }
    if (!isBase(place)) {
      policy.resolve(place.getHost());
    }
  }

  private boolean isBase(URI place) {
    return base.getScheme().equals(place.getScheme())
        && base.getHost().equalsIgnoreCase(place.getHost())
        && base.getPort() == place.getPort();
  }

  /** Without a query, which may be a signature. */
  private static String shown(URI place) {
    return place.getScheme() + "://" + place.getHost();
  }
}
