package dev.gantry.build.upload;

import dev.gantry.build.context.ContextStore;
import dev.gantry.build.context.InvalidContextException;
import dev.gantry.build.problem.ProblemException;
import dev.gantry.events.BuildContext;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.content.Digest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Contexts in, whole or in pieces, as a registry takes blobs. Source: OCI distribution-spec 1.1,
 * "Pushing a blob in chunks".
 */
@Path("/v1/contexts")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class UploadResource {
  private static final String CONTENT_RANGE = "Content-Range";
  private static final Pattern RANGE =
      Pattern.compile("(?:bytes[ =])?([0-9]{1,18})-([0-9]{1,18})(?:/(?:[0-9]{1,18}|\\*))?");

  private final Uploads uploads;
  private final ContextStore contexts;

  UploadResource(Uploads uploads, ContextStore contexts) {
    this.uploads = uploads;
    this.contexts = contexts;
  }

  /** Begins an upload; with a digest, the body is all of it. */
  @POST
  public Response start(@QueryParam("digest") @Nullable String digest, InputStream body)
      throws IOException {
    Optional<Digest> expected = digest == null ? Optional.empty() : Optional.of(parse(digest));
    UUID id = uploads.begin();
    if (id == null) {
      throw new ProblemException(
          ReasonCode.QUEUE_FULL, "as many contexts are on their way as may be: try again later");
    }
    if (expected.isEmpty()) {
      return described(Response.accepted(), id, 0);
    }
    try {
      Uploads.Outcome arrived = uploads.append(id, 0, body);
      return arrived instanceof Uploads.Outcome.Arrived
          ? finish(id, expected.get())
          : answer(id, arrived);
    } finally {
      uploads.discard(id); // Nobody could go on with it.
    }
  }

  /** Appends a piece. */
  @PATCH
  @Path("/uploads/{id}")
  public Response append(
      @PathParam("id") String id,
      @HeaderParam(CONTENT_RANGE) @Nullable String range,
      InputStream body)
      throws IOException {
    UUID upload = uuid(id);
    return answer(upload, uploads.append(upload, first(range), body));
  }

  /** Appends the last piece, which may be empty, and stores the context. */
  @PUT
  @Path("/uploads/{id}")
  public Response complete(
      @PathParam("id") String id,
      @QueryParam("digest") @Nullable String digest,
      @HeaderParam(CONTENT_RANGE) @Nullable String range,
      InputStream body)
      throws IOException {
    UUID upload = uuid(id);
    Digest expected = parse(digest == null ? "" : digest);
    Uploads.Outcome arrived = uploads.append(upload, first(range), body);
    return arrived instanceof Uploads.Outcome.Arrived
        ? finish(upload, expected)
        : answer(upload, arrived);
  }

  /** How much has arrived. */
  @GET
  @Path("/uploads/{id}")
  public Response status(@PathParam("id") String id) throws IOException {
    UUID upload = uuid(id);
    return switch (uploads.size(upload)) {
      case Uploads.Outcome.Arrived(long size) -> described(Response.noContent(), upload, size);
      case Uploads.Outcome other -> answer(upload, other);
    };
  }

  /** Gives an upload up. */
  @DELETE
  @Path("/uploads/{id}")
  public Response discard(@PathParam("id") String id) throws IOException {
    UUID upload = uuid(id);
    Uploads.Outcome outcome = uploads.discard(upload);
    return outcome instanceof Uploads.Outcome.Arrived
        ? Response.noContent().build()
        : answer(upload, outcome);
  }

  /** A context that is stored: what a request calls it. */
  @GET
  @Path("/{digest}")
  public BuildContext get(@PathParam("digest") String digest) throws IOException {
    return contexts
        .describe(parse(digest).toString())
        .orElseThrow(
            () -> new ProblemException(ReasonCode.NOT_FOUND, "there is no context " + digest));
  }

  private Response finish(UUID id, Digest expected) throws IOException {
    try {
      return answer(id, uploads.finish(id, expected));
    } catch (InvalidContextException e) {
      uploads.discard(id);
      throw new ProblemException(ReasonCode.CONTEXT_INVALID, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new ProblemException(
          ReasonCode.UNAVAILABLE, "the context cannot be stored now, try again: " + e);
    }
  }

  private static Response answer(UUID id, Uploads.Outcome outcome) {
    return switch (outcome) {
      case Uploads.Outcome.Arrived(long size) -> described(Response.accepted(), id, size);
      case Uploads.Outcome.Stored(BuildContext context) ->
          Response.status(Response.Status.CREATED)
              .header(HttpHeaders.LOCATION, "/v1/contexts/" + context.digest())
              .entity(context)
              .build();
      case Uploads.Outcome.Unknown() ->
          throw new ProblemException(
              ReasonCode.UPLOAD_NOT_FOUND, "there is no upload " + id + " on this host");
      case Uploads.Outcome.Busy() ->
          throw new ProblemException(
              ReasonCode.CONFLICT, "another request sends to this upload now");
      case Uploads.Outcome.OutOfOrder(long size) ->
          throw new ProblemException(
              ReasonCode.RANGE_INVALID, "the next byte of this upload is " + size, CONTENT_RANGE);
      case Uploads.Outcome.TooLarge(long bytesMax) ->
          throw new ProblemException(
              ReasonCode.PAYLOAD_TOO_LARGE, "a context has at most " + bytesMax + " bytes here");
      case Uploads.Outcome.OtherDigest(String actual) ->
          throw new ProblemException(
              ReasonCode.CONTEXT_INVALID, "the context's digest is another: " + actual, "digest");
    };
  }

  private static Response described(Response.ResponseBuilder response, UUID id, long size) {
    return response
        .header(HttpHeaders.LOCATION, "/v1/contexts/uploads/" + id)
        .header("Range", "0-" + Math.max(0, size - 1))
        .header("Upload-Offset", size)
        .build();
  }

  private static long first(@Nullable String range) {
    if (range == null) {
      return -1;
    }
    Matcher matcher = RANGE.matcher(range.strip());
    if (!matcher.matches()) {
      throw new ProblemException(
          ReasonCode.RANGE_INVALID, "must be FIRST-LAST, not " + range, CONTENT_RANGE);
    }
    return Long.parseLong(matcher.group(1));
  }

  private static Digest parse(String digest) {
    return Digest.tryParse(digest)
        .orElseThrow(
            () ->
                new ProblemException(
                    ReasonCode.INVALID_PARAMETER, "digest must be sha256:…", "digest"));
  }

  private static UUID uuid(String text) {
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // As any other that is not there.
    }
    throw new ProblemException(ReasonCode.UPLOAD_NOT_FOUND, "there is no upload " + text);
  }
}
