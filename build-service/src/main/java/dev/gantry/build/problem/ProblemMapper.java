package dev.gantry.build.problem;

import dev.gantry.events.ReasonCode;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers every failed request with problem details. */
public final class ProblemMapper {
  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

  /** What we refuse ourselves. */
  @ServerExceptionMapper
  public Response refused(ProblemException e, UriInfo uri) {
    return answer(
        Problem.of(
                e.code(), e.code().httpStatus(), Objects.requireNonNull(e.getMessage()), path(uri))
            .withField(e.field()));
  }

  /** What the framework refuses: no such path, method, media type. */
  @ServerExceptionMapper
  public Response refused(WebApplicationException e, UriInfo uri) {
    int status = e.getResponse().getStatus();
    if (status < 400) {
      return e.getResponse();
    }
    ReasonCode code =
        switch (status) {
          case 404 -> ReasonCode.NOT_FOUND;
          case 405 -> ReasonCode.METHOD_NOT_ALLOWED;
          case 406 -> ReasonCode.NOT_ACCEPTABLE;
          case 413 -> ReasonCode.PAYLOAD_TOO_LARGE;
          case 415 -> ReasonCode.UNSUPPORTED_MEDIA_TYPE;
          default -> status < 500 ? ReasonCode.INVALID_PARAMETER : ReasonCode.INTERNAL;
        };
    return answer(
        Problem.of(code, status, Objects.requireNonNullElse(e.getMessage(), ""), path(uri)));
  }

  /** What should not happen; the log says more than the answer. */
  @ServerExceptionMapper
  public Response failed(Throwable e, UriInfo uri) {
    LOG.errorf(e, "%s failed", path(uri));
    return answer(
        Problem.of(ReasonCode.INTERNAL, 500, "an error on our side; its log has it", path(uri)));
  }

  private static Response answer(Problem problem) {
    return Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem).build();
  }

  private static String path(UriInfo uri) {
    return uri.getRequestUri().getRawPath();
  }
}
