package dev.gantry.image.blob;

import dev.gantry.image.ImageConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;

/** Opens the store of blobs below the service's directory. */
@ApplicationScoped
public class StoreWiring {
  @Produces
  @Singleton
  BlobStore store(ImageConfig config) throws IOException {
    return DiskBlobStore.open(config.stateDir());
  }
}
