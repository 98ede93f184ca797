package dev.gantry.run.archive;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Archives may be large, for they are read as they come; every other body is held in memory. */
@ApplicationScoped
public final class BodyLimitFilter {
  private static final long BYTES_MAX = 1 << 20;

  /** Where the framework looks up how much it may read. */
  private static final String LIMIT = "io.quarkus.max-request-size";

  /** After the framework has set the limit of all. */
  private static final int PRIORITY = 1;

  void register(@Observes Filters filters) {
    filters.register(BodyLimitFilter::limit, PRIORITY);
  }

  private static void limit(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!request.path().endsWith("/archive")) {
      context.put(LIMIT, BYTES_MAX);
      if (announced(request) > BYTES_MAX) {
        context.fail(413);
        return;
      }
    }
    context.next();
  }

  private static long announced(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
