package dev.gantry.image.blob;

import dev.gantry.image.ImageConfig;
import dev.gantry.oci.content.ContentStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;

/** Opens the content store below the service's directory. */
@ApplicationScoped
public class StoreWiring {
  @Produces
  @Singleton
  ContentStore store(ImageConfig config) throws IOException {
    return ContentStore.open(config.stateDir().resolve("content"));
  }
}
