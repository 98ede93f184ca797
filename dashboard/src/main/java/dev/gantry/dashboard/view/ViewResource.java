package dev.gantry.dashboard.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.dashboard.problem.ProblemException;
import dev.gantry.events.ReasonCode;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the facts add up to: runs, builds, images and hosts, newest first. */
@Path("/v1")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public final class ViewResource {
  private static final int LIMIT_MAX = 500;

  private final ViewStore views;

  /** Of the views that the feed maintains. */
  public ViewResource(ViewStore views) {
    this.views = views;
  }

  /** A page of a list; {@code next} is where it goes on, absent at its end. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Page(List<? extends JsonNode> items, @Nullable String next) {}

  /** Runs; {@code state} as in their events, also {@code running}. */
  @GET
  @Path("runs")
  public Page runs(
      @QueryParam("state") @Nullable String state,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @QueryParam("cursor") @Nullable String cursor)
      throws SQLException {
    return page("/v1/runs", new Query(Kind.RUN, state, limit, cursor), Stream::of);
  }

  /** Builds. */
  @GET
  @Path("builds")
  public Page builds(
      @QueryParam("state") @Nullable String state,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @QueryParam("cursor") @Nullable String cursor)
      throws SQLException {
    return page("/v1/builds", new Query(Kind.BUILD, state, limit, cursor), Stream::of);
  }

  /** Images, one a tag; the limit counts repositories. */
  @GET
  @Path("images")
  public Page images(
      @QueryParam("limit") @DefaultValue("100") String limit,
      @QueryParam("cursor") @Nullable String cursor)
      throws SQLException {
    return page(
        "/v1/images",
        new Query(Kind.REPOSITORY, null, limit, cursor),
        repository -> RepositoryView.images(repository).stream());
  }

  /** The latest state of every host. */
  @GET
  @Path("hosts")
  public Page hosts(
      @QueryParam("limit") @DefaultValue("100") String limit,
      @QueryParam("cursor") @Nullable String cursor)
      throws SQLException {
    return page("/v1/hosts", new Query(Kind.HOST, null, limit, cursor), Stream::of);
  }

  private Page page(String path, Query query, Function<JsonNode, Stream<? extends JsonNode>> items)
      throws SQLException {
    int limit = (int) number("limit", query.limit(), 1, LIMIT_MAX);
    String cursor = query.cursor();
    long before = cursor == null ? Long.MAX_VALUE : number("cursor", cursor, 0, Long.MAX_VALUE);
    List<ViewStore.Placed> found = views.list(query.kind(), query.state(), before, limit + 1);
    List<ViewStore.Placed> shown = found.subList(0, Math.min(limit, found.size()));
    String next =
        found.size() > limit
            ? path
                + "?limit="
                + limit
                + (query.state() == null ? "" : "&state=" + query.state())
                + "&cursor="
                + shown.getLast().position()
            : null;
    return new Page(shown.stream().map(ViewStore.Placed::document).flatMap(items).toList(), next);
  }

  private static long number(String name, String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // As bad as one that is out of range.
    }
    throw new ProblemException(
        ReasonCode.INVALID_PARAMETER, name + " must be from " + min + " to " + max, name);
  }

  private record Query(Kind kind, @Nullable String state, String limit, @Nullable String cursor) {
    Query {
      if (state != null && !state.matches("[a-z]{1,32}")) {
        throw new ProblemException(
            ReasonCode.INVALID_PARAMETER, "state must be one word in lower case", "state");
      }
    }
  }
}
