package dev.gantry.image.upload;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Lets the bodies of uploads come in large pieces: see {@link BodyStream}. */
@ApplicationScoped
public class BodyFilter {
  private static final String UPLOADS = "/blobs/uploads";

  private final BodyStream.Room room = new BodyStream.Room();
  private final Duration silence;

  BodyFilter(@ConfigProperty(name = "quarkus.http.read-timeout") Duration silence) {
    this.silence = silence;
  }

  @ServerRequestFilter(nonBlocking = true)
  void replaceBody(ContainerRequestContext context, RoutingContext routing) {
    HttpServerRequest request = routing.request();
    boolean hasBody = request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD;
    if (hasBody && request.path().contains(UPLOADS) && !request.isEnded()) {
      BodyStream body = BodyStream.of(request, room, silence);
      context.setEntityStream(body);
      routing.addEndHandler(answered -> body.close());
    }
  }
}
