package dev.gantry.image.tag;

import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.protocol.Refusal;
import dev.gantry.image.protocol.RefusalMapper;
import dev.gantry.image.repository.RepositoryEntity;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRepository;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where tags have pointed, newest first. */
@Path("/v1/images")
@RunOnVirtualThread
public class TagHistoryResource {
  private static final int LIMIT_MAX = 100;

  private final RepositoryRepository repositories;
  private final TagRepository tags;

  TagHistoryResource(RepositoryRepository repositories, TagRepository tags) {
    this.repositories = repositories;
    this.tags = tags;
  }

  /** What a request asks for. */
  private record Wanted(RepositoryEntity repository, TagName tag, long before, int limit) {}

  @GET
  @Path("/{name:.+}/tags/{tag}/history")
  @Produces(MediaType.APPLICATION_JSON)
  public Response history(
      @PathParam("name") String name,
      @PathParam("tag") String tag,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @QueryParam("cursor") @Nullable String cursor,
      @Context UriInfo uri) {
    return RepositoryName.parse(name)
        .then(this::known)
        .then(repository -> wanted(repository, tag, limit, cursor))
        .then(this::page)
        .either(response -> response, refusal -> RefusalMapper.problem(refusal, uri));
  }

  private Outcome<RepositoryEntity> known(RepositoryName name) {
    return repositories
        .named(name)
        .<Outcome<RepositoryEntity>>map(Outcome::done)
        .orElseGet(() -> Outcome.refused(ErrorCode.NAME_UNKNOWN, "no such repository"));
  }

  private static Outcome<Wanted> wanted(
      RepositoryEntity repository, String tag, String limit, @Nullable String cursor) {
    if (!limit.matches("[1-9][0-9]{0,2}") || Integer.parseInt(limit) > LIMIT_MAX) {
      return invalid("limit must be a number from 1 to " + LIMIT_MAX);
    }
    if (cursor != null && !cursor.matches("[0-9]{1,18}")) {
      return invalid("cursor must be one that a history has given");
    }
    long before = cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor);
    return TagName.parse(tag)
        .<Outcome<Wanted>>map(
            known -> Outcome.done(new Wanted(repository, known, before, Integer.parseInt(limit))))
        .orElseGet(() -> invalid("not a valid tag"));
  }

  private Outcome<Response> page(Wanted wanted) {
    List<TagHistoryEntity> moves =
        tags.history(wanted.repository(), wanted.tag(), wanted.before(), wanted.limit() + 1);
    if (moves.isEmpty() && wanted.before() == Long.MAX_VALUE) {
      return Outcome.refused(
          ErrorCode.MANIFEST_UNKNOWN, "there has never been such a tag in this repository");
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("items", moves.stream().limit(wanted.limit()).map(TagMove::of).toList());
    if (moves.size() > wanted.limit()) {
      answer.put(
          "next",
          "/v1/images/%s/tags/%s/history?limit=%d&cursor=%d"
              .formatted(
                  wanted.repository().name(),
                  wanted.tag(),
                  wanted.limit(),
                  moves.get(wanted.limit() - 1).id()));
    }
    return Outcome.done(Response.ok(answer).build());
  }

  private static <T> Outcome<T> invalid(String message) {
    return new Outcome.Refused<>(new Refusal(ErrorCode.UNSUPPORTED, 400, message));
  }
}
