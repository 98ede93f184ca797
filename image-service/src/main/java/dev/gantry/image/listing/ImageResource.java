package dev.gantry.image.listing;

import dev.gantry.image.listing.ImageRepository.Row;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Refusal;
import dev.gantry.image.protocol.RefusalMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tagged images of the platform, newest first. */
@Path("/v1/images")
@RunOnVirtualThread
public class ImageResource {
  private static final int LIMIT_MAX = 500;

  private final ImageRepository images;

  ImageResource(ImageRepository images) {
    this.images = images;
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Response images(
      @QueryParam("repository") @DefaultValue("") String repository,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @QueryParam("cursor") @Nullable String cursor,
      @Context UriInfo uri) {
    if (!limit.matches("[1-9][0-9]{0,2}") || Integer.parseInt(limit) > LIMIT_MAX) {
      return invalid("limit must be a number from 1 to " + LIMIT_MAX, uri);
    }
    Optional<Cursor> after = cursor == null ? Optional.of(Cursor.START) : Cursor.parse(cursor);
    return after
        .map(start -> page(repository, start, Integer.parseInt(limit)))
        .orElseGet(() -> invalid("cursor must be one that a list has given", uri));
  }

  private Response page(String repository, Cursor after, int limit) {
    List<Row> rows = images.images(repository, after, limit + 1);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("items", rows.stream().limit(limit).map(Row::item).toList());
    if (rows.size() > limit) {
      String filter =
          repository.isEmpty()
              ? ""
              : "&repository=" + URLEncoder.encode(repository, StandardCharsets.UTF_8);
      answer.put(
          "next", "/v1/images?limit=" + limit + "&cursor=" + rows.get(limit - 1).cursor() + filter);
    }
    return Response.ok(answer).build();
  }

  private static Response invalid(String message, UriInfo uri) {
    return RefusalMapper.problem(new Refusal(ErrorCode.UNSUPPORTED, 400, message), uri);
  }
}
