package dev.gantry.run.storage;

import dev.gantry.events.ReasonCode;
import dev.gantry.run.problem.ProblemException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;

/** This host's disk over HTTP. */
@Path("/v1/system")
@Produces(MediaType.APPLICATION_JSON)
public final class StorageResource {
  private final Storage storage;

  StorageResource(Storage storage) {
    this.storage = storage;
  }

  /** What images, runs, logs and volumes take. */
  @GET
  @Path("/df")
  public DiskUse use() {
    try {
      return storage.use();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Removes runs that are over, and images, networks (with volumes: anonymous volumes) unused. */
  @POST
  @Path("/prune")
  public Storage.Pruned prune(
      @QueryParam("volumes") @DefaultValue("false") boolean volumes,
      @QueryParam("dryRun") @DefaultValue("false") boolean dryRun) {
    try {
      return storage.prune(volumes, dryRun);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  static ProblemException failed(IOException e) {
    return new ProblemException(ReasonCode.UNAVAILABLE, String.valueOf(e.getMessage()));
  }
}
