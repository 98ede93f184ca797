package dev.gantry.image.mirror;

import dev.gantry.image.blob.ByteRange;
import dev.gantry.image.manifest.ManifestReference;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.protocol.Refusal;
import dev.gantry.image.protocol.RefusalMapper;
import dev.gantry.image.repository.Page;
import dev.gantry.image.repository.PageMapper;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.oci.content.Digest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Stands before the registry's resources: what is pulled below a mirrored prefix is brought here
 * first, and then answered as everything else; a blob that is still on its way is answered from
 * here. Pushes are refused. Deletes pass: they make room.
 */
public class MirrorFilter {
  private static final Pattern PATH =
      Pattern.compile("/v2/(.+)/(?:(manifests|blobs)/([^/]+)|(tags)/list|(blobs/uploads)(?:/.*)?)");

  private final Mirrors mirrors;
  private final ManifestMirror manifests;
  private final BlobMirror blobs;
  private final TagMirror tags;

  MirrorFilter(Mirrors mirrors, ManifestMirror manifests, BlobMirror blobs, TagMirror tags) {
    this.mirrors = mirrors;
    this.manifests = manifests;
    this.blobs = blobs;
    this.tags = tags;
  }

  /** The answer, where it is not the resource's. */
  @ServerRequestFilter
  Optional<Response> mirrored(ContainerRequestContext request, HttpServerRequest client)
      throws IOException {
    String path = request.getUriInfo().getPath();
    Matcher parts = PATH.matcher(path);
    if (mirrors.none() || !path.startsWith("/v2/") || !parts.matches()) {
      return Optional.empty();
    }
    Optional<Place> place =
        RepositoryName.parse(parts.group(1)).either(mirrors::place, refusal -> Optional.empty());
    if (place.isEmpty() || request.getMethod().equals(HttpMethod.DELETE)) {
      return Optional.empty();
    }
    boolean reads =
        request.getMethod().equals(HttpMethod.GET) || request.getMethod().equals(HttpMethod.HEAD);
    if (!reads || parts.group(5) != null || "uploads".equals(parts.group(3))) {
      return Optional.of(
          RefusalMapper.response(
              Refusal.of(
                  ErrorCode.UNSUPPORTED,
                  "what is below "
                      + place.get().upstream().mirror().prefix()
                      + " mirrors another registry: push to that one")));
    }
    if (parts.group(4) != null) {
      return tags(place.get(), request);
    }
    return parts.group(2).equals("blobs")
        ? blob(place.get(), parts.group(3), request).map(response -> breakable(response, client))
        : manifest(place.get(), parts.group(3));
  }

  private Optional<Response> manifest(Place place, String text) throws IOException {
    return switch (ManifestReference.parse(text, ErrorCode.MANIFEST_UNKNOWN)) {
      case Outcome.Refused<ManifestReference> _ -> Optional.empty();
      case Outcome.Done<ManifestReference>(ManifestReference reference) -> {
        Optional<Failure> failure = manifests.ensure(place, reference);
        yield failure.isPresent()
            ? Optional.of(refused(failure.get(), ErrorCode.MANIFEST_UNKNOWN))
            : Optional.empty();
      }
    };
  }

  private Optional<Response> blob(Place place, String text, ContainerRequestContext request)
      throws IOException {
    Optional<Digest> parsed = Digest.tryParse(text);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    Digest digest = parsed.get();
    BlobPull pull =
        request.getMethod().equals(HttpMethod.HEAD)
            ? blobs.head(place, digest)
            : blobs.get(place, digest, request.getHeaderString("Range"));
    return switch (pull) {
      case BlobPull.Here() -> Optional.empty();
      case BlobPull.Nothing(Failure why) -> Optional.of(refused(why, ErrorCode.BLOB_UNKNOWN));
      case BlobPull.There(OptionalLong size) -> {
        Response.ResponseBuilder response = described(Response.ok(), digest);
        size.ifPresent(bytes -> response.header(HttpHeaders.CONTENT_LENGTH, bytes));
        yield Optional.of(response.build());
      }
      case BlobPull.Coming coming -> Optional.of(coming(coming, digest));
    };
  }

  private static Response coming(BlobPull.Coming coming, Digest digest) {
    Response.ResponseBuilder response = described(Response.ok(), digest);
    if (coming.range() instanceof ByteRange.Part part) {
      response
          .status(Response.Status.PARTIAL_CONTENT)
          .header("Content-Range", part.contentRange(coming.size().orElseThrow()))
          .header(HttpHeaders.CONTENT_LENGTH, part.count());
    } else {
      coming.size().ifPresent(bytes -> response.header(HttpHeaders.CONTENT_LENGTH, bytes));
    }
    return response.entity(coming.content()).build();
  }

  private static Response.ResponseBuilder described(
      Response.ResponseBuilder response, Digest digest) {
    return response
        .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .header("Docker-Content-Digest", digest.toString())
        .header(HttpHeaders.ETAG, "\"" + digest + "\"")
        .header("Accept-Ranges", "bytes");
  }

  private static Response breakable(Response response, HttpServerRequest client) {
    return response.getEntity() instanceof InputStream content
        ? Response.fromResponse(response)
            .entity(new BreakingStream(content, client.connection()::close))
            .build()
        : response;
  }

  private Optional<Response> tags(Place place, ContainerRequestContext request) throws IOException {
    var parameters = request.getUriInfo().getQueryParameters();
    Outcome<Page> parsed = Page.parse(parameters.getFirst("n"), parameters.getFirst("last"));
    if (!(parsed instanceof Outcome.Done<Page>(Page page))) {
      return Optional.empty();
    }
    return switch (tags.tags(place, page)) {
      case Answer.Got<List<String>>(List<String> names) ->
          Optional.of(
              PageMapper.response(
                  request.getUriInfo().getPath(),
                  page,
                  names,
                  "tags",
                  Map.of("name", place.here().value())));
      case Answer.Nothing<List<String>>(Failure why) ->
          why.allowsStale() && tags.isHere(place)
              ? Optional.empty()
              : Optional.of(refused(why, ErrorCode.NAME_UNKNOWN));
    };
  }

  private static Response refused(Failure why, ErrorCode missing) {
    if (why instanceof Failure.Ours(IOException cause)) {
      throw new java.io.UncheckedIOException(cause);
    }
    Response response = RefusalMapper.response(why.refusal(missing));
    return why instanceof Failure.Limited(var delay)
        ? Response.fromResponse(response).header("Retry-After", delay.toSeconds()).build()
        : response;
  }
}
