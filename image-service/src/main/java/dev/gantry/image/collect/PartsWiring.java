package dev.gantry.image.collect;

import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.upload.UploadRepository;
import dev.gantry.image.upload.Uploads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Brings together what a collection works on. */
@ApplicationScoped
public class PartsWiring {
  @Produces
  @Singleton
  Collector.Parts parts(
      GarbageRepository garbage,
      BlobLinkRepository links,
      BlobStore store,
      Uploads uploads,
      UploadRepository uploadRows) {
    return new Collector.Parts(garbage, links, store, uploads, uploadRows);
  }
}
