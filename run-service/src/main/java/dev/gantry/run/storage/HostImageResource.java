package dev.gantry.run.storage;

import dev.gantry.run.pull.HostImage;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;

/** The images on this host over HTTP. */
@Path("/v1/host/images")
@Produces(MediaType.APPLICATION_JSON)
public final class HostImageResource {
  private final Storage storage;

  /** The images of the host, the most recently used first. */
  public record ImageList(List<HostImage> items) {}

  HostImageResource(Storage storage) {
    this.storage = storage;
  }

  /** Which images are here, under which names, and who uses them. */
  @GET
  public ImageList images() {
    try {
      return new ImageList(storage.images().images());
    } catch (IOException e) {
      throw StorageResource.failed(e);
    }
  }
}
