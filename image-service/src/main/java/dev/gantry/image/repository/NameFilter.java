package dev.gantry.image.repository;

import dev.gantry.image.protocol.Refusal;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at the names of repositories as they were sent, before the router takes {@code ..} and
 * {@code //} out of a path: what would become another repository's name is {@code NAME_INVALID}.
 */
@ApplicationScoped
public class NameFilter {
  private static final String BASE = "/v2/";
  private static final Pattern NAME =
      Pattern.compile("(.*)/(?:blobs|manifests|tags|referrers)/.*", Pattern.DOTALL);
  private static final int PRIORITY = 1000;

  void install(@Observes Filters filters) {
    filters.register(NameFilter::check, PRIORITY);
  }

  private static void check(RoutingContext routing) {
    String path = routing.request().path();
    if (!path.startsWith(BASE) && !routing.normalizedPath().startsWith(BASE)) {
      routing.next();
      return;
    }
    refusal(path).ifPresentOrElse(refusal -> refuse(routing, refusal), routing::next);
  }

  /** Why the name in this path, not decoded yet, is none. */
  static Optional<Refusal> refusal(String path) {
    int base = path.indexOf(BASE);
    Matcher matcher = NAME.matcher(base < 0 ? "" : path.substring(base + BASE.length()));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return RepositoryName.parse(decoded(matcher.group(1)))
        .either(name -> Optional.empty(), Optional::of);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // With its per cent sign, which no name has.
    }
  }

  private static void refuse(RoutingContext routing, Refusal refusal) {
    JsonObject error =
        new JsonObject().put("code", refusal.code().name()).put("message", refusal.message());
    HttpServerResponse response = routing.response().setStatusCode(refusal.status());
    response.putHeader("Content-Type", "application/json");
    response.putHeader("Docker-Distribution-Api-Version", "registry/2.0");
    boolean hasMore = !routing.request().isEnded();
    if (hasMore) {
      response.putHeader("Connection", "close"); // Nobody reads the body.
    }
    response
        .end(new JsonObject().put("errors", new JsonArray().add(error)).encode())
        .onComplete(
            sent -> {
              if (hasMore) {
                routing.request().connection().close();
              }
            });
  }
}
