package dev.gantry.dashboard.problem;

import dev.gantry.events.ReasonCode;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Turns whatever a resource throws into a problem. */
public final class ProblemMapper {
  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

  /** The problems that resources name themselves. */
  @ServerExceptionMapper
  public Response map(ProblemException e, UriInfo uri) {
    return answer(e.code(), Objects.requireNonNullElse(e.getMessage(), ""), uri, e.field());
  }

  /** What the framework refuses. */
  @ServerExceptionMapper
  public Response map(WebApplicationException e, UriInfo uri) {
    ReasonCode code =
        switch (e.getResponse().getStatus()) {
          case 404 -> ReasonCode.NOT_FOUND;
          case 405 -> ReasonCode.METHOD_NOT_ALLOWED;
          case 406 -> ReasonCode.NOT_ACCEPTABLE;
          case 413 -> ReasonCode.PAYLOAD_TOO_LARGE;
          case 415 -> ReasonCode.UNSUPPORTED_MEDIA_TYPE;
          case 400 -> ReasonCode.INVALID_PARAMETER;
          default -> ReasonCode.INTERNAL;
        };
    return answer(code, "there is nothing to answer at this path in this way", uri, null);
  }

  /** The database is away. */
  @ServerExceptionMapper
  public Response map(SQLException e, UriInfo uri) {
    LOG.warnf("%s: the database does not answer: %s", uri.getPath(), e.getMessage());
    return answer(ReasonCode.UNAVAILABLE, "the database does not answer now", uri, null);
  }

  private static Response answer(
      ReasonCode code, String detail, UriInfo uri, @Nullable String field) {
    Problem problem = Problem.of(code, detail, uri.getPath(), field);
    return Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem).build();
  }
}
