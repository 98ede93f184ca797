package dev.gantry.image.protocol;

import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Knows who asks for what is being done. */
@ApplicationScoped
public class ActorWiring {
  private final CurrentVertxRequest requests;

  ActorWiring(CurrentVertxRequest requests) {
    this.requests = requests;
  }

  /** Null for what the service does by itself. */
  public @Nullable String current() {
    if (!Arc.container().requestContext().isActive()) {
      return null;
    }
    RoutingContext routing = requests.getCurrent();
    return routing == null ? null : of(routing.request()).name();
  }

  private static Actor of(HttpServerRequest request) {
    return Actor.of(
        request.getHeader(HttpHeaders.AUTHORIZATION),
        request.getHeader(HttpHeaders.USER_AGENT),
        request.remoteAddress().hostAddress());
  }
}
