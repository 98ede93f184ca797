package dev.gantry.run.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.run.http.JsonBody;
import dev.gantry.run.problem.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Volumes over HTTP. */
@Path("/v1/volumes")
@Produces(MediaType.APPLICATION_JSON)
public final class VolumeResource {
  private final VolumeStore store;

  /** All volumes that were asked for. */
  public record VolumeList(List<VolumeDocument> items) {}

  VolumeResource(VolumeStore store) {
    this.store = store;
  }

  /** Makes a volume; 200 and the one that is there, where it is. Durable when this answers. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(byte @Nullable [] body) {
    VolumeRequest request =
        switch (VolumeRequest.parse(json(body))) {
          case Parsed.Valid<VolumeRequest>(VolumeRequest valid) -> valid;
          case Parsed.Invalid<VolumeRequest>(String field, ReasonCode reason, String message) ->
              throw new ProblemException(reason, message, field);
        };
    boolean known = store.find(request.name()).isPresent();
    try {
      Volume volume = store.create(request.name(), request.labels());
      return Response.status(known ? 200 : 201)
          .location(URI.create("/v1/volumes/" + volume.name()))
          .entity(document(volume))
          .build();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Volumes by name; filters are all to be met. */
  @GET
  public VolumeList list(
      @QueryParam("label") List<String> labels,
      @QueryParam("name") @Nullable String name,
      @QueryParam("unused") @Nullable Boolean unused) {
    return new VolumeList(
        store.all().stream()
            .filter(volume -> name == null || volume.name().contains(name))
            .filter(volume -> labels.stream().allMatch(label -> matches(volume, label)))
            .map(this::document)
            .filter(volume -> unused == null || volume.users().isEmpty() == unused)
            .toList());
  }

  /** One volume, with its size. */
  @GET
  @Path("/{name}")
  public VolumeDocument get(@PathParam("name") String name) {
    Volume volume = store.find(name).orElseThrow(() -> unknown(name));
    try {
      return document(volume).with(store.size(name));
    } catch (IOException e) {
      throw store.find(name).isEmpty() ? unknown(name) : failed(e);
    }
  }

  /** Removes a volume that no run has, with all that is in it. */
  @DELETE
  @Path("/{name}")
  public Response remove(@PathParam("name") String name) {
    try {
      return switch (store.remove(name)) {
        case VolumeStore.Removal.Removed _ -> Response.noContent().build();
        case VolumeStore.Removal.Unknown _ -> throw unknown(name);
        case VolumeStore.Removal.InUse(List<String> runs) ->
            throw new ProblemException(
                ReasonCode.VOLUME_IN_USE,
                "volume %s is used by %s".formatted(name, String.join(", ", runs)));
      };
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Removes the anonymous volumes that no run has; with all, the named ones too. */
  @POST
  @Path("/prune")
  public VolumePrune.Result prune(
      @QueryParam("dryRun") @DefaultValue("false") boolean dryRun,
      @QueryParam("all") @DefaultValue("false") boolean all) {
    try {
      return new VolumePrune(store).prune(all, dryRun);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private VolumeDocument document(Volume volume) {
    return VolumeDocument.of(volume, store.users(volume.name()));
  }

  private static boolean matches(Volume volume, String label) {
    int equals = label.indexOf('=');
    return equals < 0
        ? volume.labels().containsKey(label)
        : label.substring(equals + 1).equals(volume.labels().get(label.substring(0, equals)));
  }

  private static ProblemException unknown(String name) {
    return new ProblemException(ReasonCode.VOLUME_NOT_FOUND, "there is no volume " + name);
  }

  private static ProblemException failed(IOException e) {
    boolean full = e instanceof LinuxException linux && linux.is(Errno.ENOSPC, Errno.EDQUOT);
    return new ProblemException(
        full ? ReasonCode.STORAGE_FULL : ReasonCode.UNAVAILABLE, String.valueOf(e.getMessage()));
  }

  /** As docker's, which may say nothing at all. */
  private static JsonNode json(byte @Nullable [] body) {
    return body == null || body.length == 0
        ? JsonNodeFactory.instance.objectNode()
        : JsonBody.read(body);
  }
}
