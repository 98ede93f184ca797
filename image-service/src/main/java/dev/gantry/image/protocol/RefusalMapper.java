package dev.gantry.image.protocol;

import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Errors as responses: below {@code /v2} in the form of the distribution-spec, elsewhere as problem
 * details (RFC 9457). What is not the client's fault is logged, and not told.
 */
public class RefusalMapper {
  private static final Logger LOG = Logger.getLogger(RefusalMapper.class);
  private static final MediaType PROBLEM = new MediaType("application", "problem+json");

  /** A refusal of the registry. */
  public static Response response(Refusal refusal) {
    Map<String, Object> error = Map.of("code", refusal.code().name(), "message", refusal.message());
    return Response.status(refusal.status())
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(Map.of("errors", List.of(error)))
        .build();
  }

  @ServerExceptionMapper
  Response notFound(NotFoundException e, UriInfo uri) {
    return answer(new Refusal(ErrorCode.UNSUPPORTED, 404, "there is nothing at this path"), uri);
  }

  @ServerExceptionMapper
  Response notAllowed(NotAllowedException e, UriInfo uri) {
    return answer(Refusal.of(ErrorCode.UNSUPPORTED, "this path does not take this method"), uri);
  }

  @ServerExceptionMapper
  Response web(WebApplicationException e, UriInfo uri) {
    int status = e.getResponse().getStatus();
    ErrorCode code = status == 413 ? ErrorCode.SIZE_INVALID : ErrorCode.UNSUPPORTED;
    return answer(
        new Refusal(code, status, e.getResponse().getStatusInfo().getReasonPhrase()), uri);
  }

  @ServerExceptionMapper({
    IOException.class,
    SQLException.class,
    RollbackException.class,
    SystemException.class,
    RuntimeException.class
  })
  Response failure(Exception e, UriInfo uri) {
    Refusal refusal = Failures.refusal(e);
    if (refusal.code() == ErrorCode.UNKNOWN && e instanceof RuntimeException) {
      LOG.errorf(e, "%s failed", uri.getPath());
    } else {
      LOG.warnf("%s failed: %s", uri.getPath(), e);
    }
    return answer(refusal, uri);
  }

  private static Response answer(Refusal refusal, UriInfo uri) {
    return uri.getPath().startsWith("/v2") ? response(refusal) : problem(refusal, uri);
  }

  /** A refusal outside of the registry's protocol. */
  public static Response problem(Refusal refusal, UriInfo uri) {
    Map<String, Object> problem = new LinkedHashMap<>();
    String kebab = refusal.code().name().toLowerCase(Locale.ROOT).replace('_', '-');
    problem.put("type", "https://gantry.dev/problems/" + kebab);
    problem.put("title", refusal.message());
    problem.put("status", refusal.status());
    problem.put("detail", refusal.message());
    problem.put("instance", uri.getPath());
    problem.put("code", refusal.code().name());
    return Response.status(refusal.status()).type(PROBLEM).entity(problem).build();
  }
}
