package dev.gantry.image.upload;

import dev.gantry.image.ImageConfig;
import dev.gantry.image.blob.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;

/** Makes the uploads of this service. */
@ApplicationScoped
public class UploadWiring {
  private static final Duration GRACE = Duration.ofMinutes(1);

  @Produces
  @Singleton
  Uploads uploads(ImageConfig config, BlobStore store) throws IOException {
    Pace pace = new Pace(config.uploadBytesPerSecondMin(), GRACE);
    UploadLimits limits = new UploadLimits(config.uploadsMax(), config.blobBytesMax(), pace);
    return new Uploads(store, limits);
  }
}
