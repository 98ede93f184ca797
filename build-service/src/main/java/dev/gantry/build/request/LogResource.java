package dev.gantry.build.request;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gantry.build.log.BuildLogs;
import dev.gantry.build.problem.ProblemException;
import dev.gantry.build.queue.BuildCatalog;
import dev.gantry.events.ReasonCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Logs of builds: as text, or as server-sent events that go on until the build ends. */
@Path("/v1/builds/{id}/logs")
@RunOnVirtualThread
public final class LogResource {
  private final BuildLogs logs;
  private final BuildCatalog catalog;
  private final ObjectMapper json;

  LogResource(BuildLogs logs, BuildCatalog catalog, ObjectMapper json) {
    this.logs = logs;
    this.catalog = catalog;
    this.json = json;
  }

  /**
   * What is there now as text, of a step alone to the byte what it wrote; with {@code follow} or
   * for those who accept events, all to come.
   */
  @GET
  @Produces({MediaType.TEXT_PLAIN, MediaType.SERVER_SENT_EVENTS})
  public Response read(
      @PathParam("id") String id,
      @QueryParam("follow") boolean follow,
      @QueryParam("step") int step,
      @HeaderParam("Last-Event-ID") @Nullable String last,
      @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept)
      throws SQLException {
    String build = BuildLookup.find(catalog, id).id();
    boolean events = follow || (accept != null && accept.contains(MediaType.SERVER_SENT_EVENTS));
    if (!events) {
      StreamingOutput text = out -> new LogText(logs).write(build, step, out);
      return Response.ok(text, MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8")).build();
    }
    LogEvents stream = new LogEvents(logs, catalog, json, build, number(last));
    StreamingOutput sent = stream::write;
    return Response.ok(sent, MediaType.SERVER_SENT_EVENTS_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  private static long number(@Nullable String last) {
    if (last == null || last.isBlank()) {
      return 0;
    }
    try {
      return Long.parseLong(last.strip());
    } catch (NumberFormatException e) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER, "Last-Event-ID must be the number of a line");
    }
  }
}
