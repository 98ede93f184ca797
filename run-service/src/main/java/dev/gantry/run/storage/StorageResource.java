package dev.gantry.run.storage;

import dev.gantry.events.ReasonCode;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.pull.HostImage;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;

/** This host's disk over HTTP. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class StorageResource {
  private final Storage storage;

  /** The images of the host, the most recently used first. */
  public record ImageList(List<HostImage> items) {}

  StorageResource(Storage storage) {
    this.storage = storage;
  }

  /** Which images are here, under which names, and who uses them. */
  @GET
  @Path("/host/images")
  public ImageList images() {
    try {
      return new ImageList(storage.images().images());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** What images, runs, logs and volumes take. */
  @GET
  @Path("/system/df")
  public DiskUse use() {
    try {
      return storage.use();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Removes runs that are over, and images (with volumes: anonymous volumes) that nobody uses. */
  @POST
  @Path("/system/prune")
  public Storage.Pruned prune(
      @QueryParam("volumes") @DefaultValue("false") boolean volumes,
      @QueryParam("dryRun") @DefaultValue("false") boolean dryRun) {
    try {
      return storage.prune(volumes, dryRun);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static ProblemException failed(IOException e) {
    return new ProblemException(ReasonCode.UNAVAILABLE, String.valueOf(e.getMessage()));
  }
}
