package dev.gantry.image.manifest;

import dev.gantry.image.ImageConfig;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StoredBlob;
import dev.gantry.image.manifest.ManifestHeadRepository.Head;
import dev.gantry.image.manifest.ManifestReference.ByDigest;
import dev.gantry.image.manifest.ManifestReference.ByTag;
import dev.gantry.image.protocol.Conditions;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.protocol.Refusal;
import dev.gantry.image.protocol.RefusalMapper;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.tag.TagName;
import dev.gantry.oci.content.Digest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Manifests. Source: OCI distribution-spec 1.1, end-3, end-7, end-9. */
@Path("/v2")
@Consumes(MediaType.WILDCARD)
@RunOnVirtualThread
public class ManifestResource {
  private final ManifestRepository manifests;
  private final ManifestHeadRepository heads;
  private final PushRepository pushes;
  private final BlobStore store;
  private final int bytesMax;

  ManifestResource(
      ManifestRepository manifests,
      ManifestHeadRepository heads,
      PushRepository pushes,
      BlobStore store,
      ImageConfig config) {
    this.manifests = manifests;
    this.heads = heads;
    this.pushes = pushes;
    this.store = store;
    this.bytesMax = config.manifestBytesMax();
  }

  /** What a request asks for. */
  private record Named(RepositoryName repository, ManifestReference reference) {}

  @GET
  @Path("/{name:.+}/manifests/{reference}")
  public Response get(
      @PathParam("name") String name,
      @PathParam("reference") String reference,
      @Context HttpHeaders headers) {
    Conditions conditions = Conditions.of(headers::getHeaderString);
    return find(name, reference)
        .either(manifest -> content(manifest, conditions), RefusalMapper::response);
  }

  private static Response content(ManifestEntity manifest, Conditions conditions) {
    Head head = Head.of(manifest);
    return switch (conditions.check(etag(head))) {
      case FAILED ->
          RefusalMapper.response(
              new Refusal(ErrorCode.UNSUPPORTED, 412, "the manifest is not what If-Match names"));
      case NOT_MODIFIED -> described(Response.notModified(), head).build();
      case PROCEED -> described(Response.ok(), head).entity(manifest.content()).build();
    };
  }

  @HEAD
  @Path("/{name:.+}/manifests/{reference}")
  public Response head(@PathParam("name") String name, @PathParam("reference") String reference) {
    return named(name, reference, ErrorCode.MANIFEST_UNKNOWN)
        .then(this::head)
        .either(
            manifest ->
                described(Response.ok(), manifest)
                    .header(HttpHeaders.CONTENT_LENGTH, manifest.bytes())
                    .build(),
            RefusalMapper::response);
  }

  private Outcome<Head> head(Named target) {
    return heads
        .find(target.repository(), target.reference())
        .map(Outcome::done)
        .orElseGet(
            () ->
                manifests
                    .manifest(target.repository(), target.reference())
                    .then(manifest -> Outcome.done(Head.of(manifest))));
  }

  @PUT
  @Path("/{name:.+}/manifests/{reference}")
  public Response put(
      @PathParam("name") String name,
      @PathParam("reference") String reference,
      @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
      InputStream body)
      throws IOException {
    Outcome<Named> named = named(name, reference, ErrorCode.MANIFEST_INVALID);
    byte[] content = body.readNBytes(bytesMax + 1);
    if (content.length > bytesMax) {
      return Outcome.<Response>refused(
              ErrorCode.SIZE_INVALID, "a manifest has at most " + bytesMax + " bytes here")
          .either(response -> response, RefusalMapper::response);
    }
    return switch (named.then(target -> pushed(target, contentType, content))) {
      case Outcome.Refused<Push>(var refusal) -> RefusalMapper.response(refusal);
      case Outcome.Done<Push>(Push push) -> push(push.target(), push.document());
    };
  }

  private record Push(Named target, ManifestDocument document) {}

  private static Outcome<Push> pushed(Named target, @Nullable String contentType, byte[] content) {
    return document(target, contentType, content)
        .then(document -> Outcome.done(new Push(target, document)));
  }

  private static Outcome<ManifestDocument> document(
      Named target, @Nullable String contentType, byte[] content) {
    Digest digest =
        switch (target.reference()) {
          case ByTag tag -> Digest.of(content);
          case ByDigest(Digest named) -> Digest.of(named.algorithm(), content);
        };
    if (target.reference() instanceof ByDigest(Digest named) && !named.equals(digest)) {
      return Outcome.refused(
          ErrorCode.DIGEST_INVALID, "the manifest's digest is another: " + digest);
    }
    return ManifestParser.parse(contentType, content, digest);
  }

  private Response push(Named target, ManifestDocument document) throws IOException {
    List<TagName> tags =
        target.reference() instanceof ByTag(TagName tag) ? List.of(tag) : List.of();
    return pushes
        .push(target.repository(), document, platforms(document), tags)
        .either(isNew -> created(target, document), RefusalMapper::response);
  }

  /**
   * What the index names, or else what the image's config says. Whether the repository has that
   * config turns out at the push, which is refused when it has not.
   */
  private List<String> platforms(ManifestDocument document) throws IOException {
    if (document.config().isEmpty()) {
      return document.platforms();
    }
    Optional<StoredBlob> blob = store.find(document.config().get());
    if (blob.isEmpty()) {
      return List.of();
    }
    try (InputStream in = blob.get().read(0)) {
      return Platforms.ofConfig(in).map(List::of).orElse(List.of());
    }
  }

  private static Response created(Named target, ManifestDocument document) {
    Response.ResponseBuilder response =
        Response.status(Response.Status.CREATED)
            .header(
                HttpHeaders.LOCATION,
                "/v2/" + target.repository() + "/manifests/" + document.digest())
            .header("Docker-Content-Digest", document.digest().toString());
    document.subject().ifPresent(subject -> response.header("OCI-Subject", subject.toString()));
    return response.build();
  }

  @DELETE
  @Path("/{name:.+}/manifests/{reference}")
  public Response delete(@PathParam("name") String name, @PathParam("reference") String reference) {
    return named(name, reference, ErrorCode.MANIFEST_UNKNOWN)
        .then(
            target ->
                switch (target.reference()) {
                  case ByTag(TagName tag) -> manifests.untag(target.repository(), tag);
                  case ByDigest(Digest digest) ->
                      manifests.delete(target.repository(), digest.toString());
                })
        .either(done -> Response.accepted().build(), RefusalMapper::response);
  }

  private Outcome<ManifestEntity> find(String name, String reference) {
    return named(name, reference, ErrorCode.MANIFEST_UNKNOWN)
        .then(target -> manifests.manifest(target.repository(), target.reference()));
  }

  private static Outcome<Named> named(String name, String reference, ErrorCode noTag) {
    return RepositoryName.parse(name)
        .then(
            repository ->
                ManifestReference.parse(reference, noTag)
                    .then(parsed -> Outcome.done(new Named(repository, parsed))));
  }

  private static Response.ResponseBuilder described(
      Response.ResponseBuilder response, Head manifest) {
    return response
        .header(HttpHeaders.CONTENT_TYPE, manifest.mediaType())
        .header("Docker-Content-Digest", manifest.digest())
        .header(HttpHeaders.ETAG, etag(manifest));
  }

  private static String etag(Head manifest) {
    return "\"" + manifest.digest() + "\"";
  }
}
