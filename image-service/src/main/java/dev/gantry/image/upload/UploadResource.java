package dev.gantry.image.upload;

import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.protocol.Refusal;
import dev.gantry.image.protocol.RefusalMapper;
import dev.gantry.image.repository.RepositoryName;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Blobs in. Source: OCI distribution-spec 1.1, end-4 to end-6, end-11, end-13, and deleting an
 * upload as the CNCF distribution does.
 */
@Path("/v2")
@Consumes(MediaType.WILDCARD)
@RunOnVirtualThread
public class UploadResource {
  private static final String CONTENT_RANGE = "Content-Range";

  private final Uploads uploads;
  private final UploadRepository rows;
  private final BlobLinkRepository links;

  UploadResource(Uploads uploads, UploadRepository rows, BlobLinkRepository links) {
    this.uploads = uploads;
    this.rows = rows;
    this.links = links;
  }

  /** An upload that is this repository's. */
  private record Session(RepositoryName repository, UUID id) {}

  @POST
  @Path("/{name:.+}/blobs/uploads")
  public Response start(
      @PathParam("name") String name,
      @QueryParam("digest") @Nullable String digest,
      @QueryParam("mount") @Nullable String mount,
      @QueryParam("from") @Nullable String from,
      InputStream body)
      throws IOException {
    return switch (RepositoryName.parse(name)) {
      case Outcome.Refused<RepositoryName>(var refusal) -> RefusalMapper.response(refusal);
      case Outcome.Done<RepositoryName>(RepositoryName repository) -> {
        if (digest != null) {
          yield inOneRequest(repository, digest, body);
        }
        yield mount == null ? open(repository) : mount(repository, mount, from);
      }
    };
  }

  private Response open(RepositoryName repository) throws IOException {
    Outcome<UUID> begun = uploads.begin();
    if (begun instanceof Outcome.Done<UUID>(UUID id)) {
      rows.open(repository, id);
    }
    return begun.either(id -> accepted(new Session(repository, id), 0), RefusalMapper::response);
  }

  /** A blob of another repository; one that is not there is uploaded instead. */
  private Response mount(RepositoryName repository, String text, @Nullable String from)
      throws IOException {
    Optional<Digest> digest = Digest.tryParse(text);
    if (digest.isEmpty()) {
      return invalidDigest();
    }
    // Without a source the repository's own: to look everywhere would show who has what.
    OptionalLong size =
        from == null
            ? links.claim(repository, digest.get())
            : RepositoryName.parse(from)
                .either(
                    source -> links.claim(source, digest.get()), refusal -> OptionalLong.empty());
    if (size.isEmpty() || !links.link(repository, digest.get(), size.getAsLong())) {
      return open(repository);
    }
    return created(repository, digest.get());
  }

  private Response inOneRequest(RepositoryName repository, String text, InputStream body)
      throws IOException {
    Optional<Digest> digest = Digest.tryParse(text);
    if (digest.isEmpty()) {
      return invalidDigest();
    }
    return switch (uploads.begin()) {
      case Outcome.Refused<UUID>(var refusal) -> RefusalMapper.response(refusal);
      case Outcome.Done<UUID>(UUID id) -> {
        try {
          yield finish(new Session(repository, id), digest.get(), body, null);
        } finally {
          uploads.discard(id); // Nobody could go on with it.
        }
      }
    };
  }

  @PATCH
  @Path("/{name:.+}/blobs/uploads/{id}")
  public Response append(
      @PathParam("name") String name,
      @PathParam("id") String id,
      @HeaderParam(CONTENT_RANGE) @Nullable String header,
      InputStream body)
      throws IOException {
    return switch (session(name, id)) {
      case Outcome.Refused<Session>(var refusal) -> RefusalMapper.response(refusal);
      case Outcome.Done<Session>(Session session) ->
          append(session, body, header)
              .either(size -> accepted(session, size), RefusalMapper::response);
    };
  }

  @PUT
  @Path("/{name:.+}/blobs/uploads/{id}")
  public Response complete(
      @PathParam("name") String name,
      @PathParam("id") String id,
      @QueryParam("digest") @Nullable String text,
      @HeaderParam(CONTENT_RANGE) @Nullable String header,
      InputStream body)
      throws IOException {
    Optional<Digest> digest = text == null ? Optional.empty() : Digest.tryParse(text);
    return switch (session(name, id)) {
      case Outcome.Refused<Session>(var refusal) -> RefusalMapper.response(refusal);
      case Outcome.Done<Session>(Session session) ->
          digest.isEmpty() ? invalidDigest() : finish(session, digest.get(), body, header);
    };
  }

  @GET
  @Path("/{name:.+}/blobs/uploads/{id}")
  public Response status(@PathParam("name") String name, @PathParam("id") String id)
      throws IOException {
    return switch (session(name, id)) {
      case Outcome.Refused<Session>(var refusal) -> RefusalMapper.response(refusal);
      case Outcome.Done<Session>(Session session) -> {
        OptionalLong size = uploads.size(session.id());
        yield size.isEmpty()
            ? RefusalMapper.response(unknown().refusal())
            : described(Response.noContent(), session, size.getAsLong());
      }
    };
  }

  @DELETE
  @Path("/{name:.+}/blobs/uploads/{id}")
  public Response cancel(@PathParam("name") String name, @PathParam("id") String id)
      throws IOException {
    return switch (session(name, id)) {
      case Outcome.Refused<Session>(var refusal) -> RefusalMapper.response(refusal);
      case Outcome.Done<Session>(Session session) -> {
        uploads.discard(session.id());
        rows.close(session.id());
        yield Response.noContent().build();
      }
    };
  }

  private Outcome<Session> session(String name, String text) {
    return RepositoryName.parse(name)
        .then(
            repository ->
                uuid(text)
                    .filter(id -> rows.belongs(repository, id))
                    .<Outcome<Session>>map(id -> Outcome.done(new Session(repository, id)))
                    .orElseGet(UploadResource::unknown));
  }

  private Outcome<Long> append(Session session, InputStream body, @Nullable String header)
      throws IOException {
    Optional<ContentRange> range = Optional.ofNullable(header).flatMap(ContentRange::parse);
    if (header != null && range.isEmpty()) {
      return Outcome.refused(ErrorCode.BLOB_UPLOAD_INVALID, 416, "not a valid Content-Range");
    }
    return uploads.append(session.id(), body, range.orElse(null));
  }

  private Response finish(Session session, Digest digest, InputStream body, @Nullable String header)
      throws IOException {
    Outcome<Long> appended = append(session, body, header);
    if (appended instanceof Outcome.Refused<Long>(var refusal)) {
      return RefusalMapper.response(refusal);
    }
    Outcome<Long> finished = uploads.finish(session.id(), digest);
    // On disk before in the catalogue: a link never leads nowhere.
    if (finished instanceof Outcome.Done<Long>(Long size)
        && !links.link(session.repository(), digest, size)) {
      finished =
          Outcome.refused(
              ErrorCode.UNAVAILABLE, "the blob was collected before it was linked: push it again");
    }
    if (!uploads.contains(session.id())) {
      rows.close(session.id());
    }
    return finished.either(size -> created(session.repository(), digest), RefusalMapper::response);
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text)).filter(id -> id.toString().equals(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Response accepted(Session session, long size) {
    return described(Response.accepted(), session, size);
  }

  private static Response described(Response.ResponseBuilder response, Session session, long size) {
    return response
        .header(
            HttpHeaders.LOCATION, "/v2/" + session.repository() + "/blobs/uploads/" + session.id())
        .header("Range", "0-" + Math.max(0, size - 1))
        .header("Docker-Upload-UUID", session.id().toString())
        .build();
  }

  private static Response created(RepositoryName repository, Digest digest) {
    return Response.status(Response.Status.CREATED)
        .header(HttpHeaders.LOCATION, "/v2/" + repository + "/blobs/" + digest)
        .header("Docker-Content-Digest", digest.toString())
        .build();
  }

  private static Response invalidDigest() {
    return Outcome.<Response>refused(ErrorCode.DIGEST_INVALID, "not a valid digest")
        .either(response -> response, RefusalMapper::response);
  }

  private static <T> Outcome.Refused<T> unknown() {
    return new Outcome.Refused<>(
        Refusal.of(ErrorCode.BLOB_UPLOAD_UNKNOWN, "no such upload in this repository"));
  }
}
