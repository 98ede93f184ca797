package dev.gantry.image.blob;

import dev.gantry.image.protocol.Conditions;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.protocol.Refusal;
import dev.gantry.image.protocol.RefusalMapper;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.oci.content.Digest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** Blobs out. Source: OCI distribution-spec 1.1, end-2, end-10; the kernel sends the bytes. */
@Path("/v2")
@RunOnVirtualThread
public class BlobResource {
  private static final String CONTENT_RANGE = "Content-Range";

  private final BlobLinkRepository links;
  private final BlobStore store;

  BlobResource(BlobLinkRepository links, BlobStore store) {
    this.links = links;
    this.store = store;
  }

  /** A blob that the repository may read, and that is there. */
  private record Blob(Digest digest, long size, StoredBlob stored) {}

  @GET
  @Path("/{name:.+}/blobs/{digest}")
  public Response get(
      @PathParam("name") String name,
      @PathParam("digest") String digest,
      @HeaderParam("Range") @Nullable String range,
      @Context HttpHeaders headers) {
    Conditions conditions = Conditions.of(headers::getHeaderString);
    return find(name, digest, links::size)
        .either(
            blob ->
                switch (conditions.check(etag(blob))) {
                  case FAILED -> anotherWanted();
                  case NOT_MODIFIED -> described(Response.notModified(), blob).build();
                  case PROCEED -> content(blob, conditions.rangeHolds(etag(blob)) ? range : null);
                },
            RefusalMapper::response);
  }

  @HEAD
  @Path("/{name:.+}/blobs/{digest}")
  public Response head(@PathParam("name") String name, @PathParam("digest") String digest) {
    // Who asks whether it is there may be about to refer to it.
    return find(name, digest, links::claim)
        .either(
            blob ->
                described(Response.ok(), blob)
                    .header(HttpHeaders.CONTENT_LENGTH, blob.size())
                    .build(),
            RefusalMapper::response);
  }

  @DELETE
  @Path("/{name:.+}/blobs/{digest}")
  public Response delete(@PathParam("name") String name, @PathParam("digest") String digest) {
    return RepositoryName.parse(name)
        .then(
            repository ->
                digest(digest)
                    .then(
                        parsed ->
                            links.unlink(repository, parsed)
                                ? Outcome.done(Response.accepted().build())
                                : unknown()))
        .either(response -> response, RefusalMapper::response);
  }

  private interface Lookup {
    OptionalLong size(RepositoryName repository, Digest digest);
  }

  private Outcome<Blob> find(String name, String text, Lookup lookup) {
    return RepositoryName.parse(name)
        .then(repository -> digest(text).then(digest -> linked(repository, digest, lookup)));
  }

  private Outcome<Blob> linked(RepositoryName repository, Digest digest, Lookup lookup) {
    if (lookup.size(repository, digest).isEmpty()) {
      return unknown();
    }
    try {
      // One that was found rotten is in quarantine, until it is pushed again.
      return store
          .find(digest)
          .map(stored -> Outcome.done(new Blob(digest, stored.size(), stored)))
          .orElseGet(BlobResource::unknown);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Response anotherWanted() {
    return RefusalMapper.response(
        new Refusal(ErrorCode.UNSUPPORTED, 412, "the content is not what If-Match names"));
  }

  private Response content(Blob blob, @Nullable String range) {
    java.nio.file.Path file = blob.stored().file().orElseThrow();
    return switch (ByteRange.parse(range, blob.size())) {
      case ByteRange.Whole() ->
          described(Response.ok(), blob).entity(new PathPart(file, 0, blob.size())).build();
      case ByteRange.Part part ->
          described(Response.status(Response.Status.PARTIAL_CONTENT), blob)
              .header(CONTENT_RANGE, part.contentRange(blob.size()))
              .entity(new PathPart(file, part.offset(), part.count()))
              .build();
      case ByteRange.Unsatisfiable() ->
          Response.fromResponse(
                  RefusalMapper.response(
                      Refusal.of(
                          ErrorCode.RANGE_INVALID, "the blob has " + blob.size() + " bytes")))
              .header(CONTENT_RANGE, "bytes */" + blob.size())
              .build();
    };
  }

  private static Response.ResponseBuilder described(Response.ResponseBuilder response, Blob blob) {
    return response
        .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .header("Docker-Content-Digest", blob.digest().toString())
        .header(HttpHeaders.ETAG, etag(blob))
        .header("Accept-Ranges", "bytes")
        .header(HttpHeaders.CACHE_CONTROL, "max-age=31536000, immutable");
  }

  private static String etag(Blob blob) {
    return "\"" + blob.digest() + "\"";
  }

  private static Outcome<Digest> digest(String text) {
    return Digest.tryParse(text)
        .<Outcome<Digest>>map(Outcome::done)
        .orElseGet(() -> Outcome.refused(ErrorCode.DIGEST_INVALID, "not a valid digest"));
  }

  private static <T> Outcome<T> unknown() {
    return Outcome.refused(ErrorCode.BLOB_UNKNOWN, "no such blob in this repository");
  }
}
