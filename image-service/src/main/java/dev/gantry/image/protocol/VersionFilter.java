package dev.gantry.image.protocol;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Says on every answer of the registry, errors too, which protocol it speaks. */
public class VersionFilter {
  @ServerResponseFilter
  void version(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getUriInfo().getPath().startsWith("/v2")) {
      response.getHeaders().putSingle("Docker-Distribution-Api-Version", "registry/2.0");
    }
  }
}
