package dev.gantry.image.mirror;

import dev.gantry.image.ImageConfig;
import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.manifest.ManifestHeadRepository;
import dev.gantry.image.manifest.PushRepository;
import dev.gantry.image.repository.RepositoryRepository;
import dev.gantry.oci.registry.RegistrySettings;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;

/** Makes what mirrors other registries. */
@ApplicationScoped
public class MirrorWiring {
  private static final Duration BACK_OFF = Duration.ofMillis(200);

  @Produces
  @Singleton
  @Startup
  Mirrors mirrors(MirrorConfig config, ImageConfig image) throws IOException {
    RegistrySettings patience =
        new RegistrySettings(config.connectTimeout(), config.silenceTimeout(), 1, BACK_OFF);
    return new Mirrors(
        config.file().orElseGet(() -> image.stateDir().resolve("mirrors.json")), patience);
  }

  @Produces
  @Singleton
  MirrorLimits limits(MirrorConfig config, ImageConfig image) {
    return new MirrorLimits(
        config.fetchesMax(),
        config.fetchTimeout(),
        config.connectTimeout().plus(config.silenceTimeout().multipliedBy(2)),
        config.triesMax(),
        image.blobBytesMax());
  }

  @Produces
  @Singleton
  SingleFlight questions(MirrorLimits limits) {
    return new SingleFlight(limits.fetchesMax(), limits.questionMax());
  }

  @Produces
  @Singleton
  ManifestMirror manifests(
      PushRepository pushes, ManifestHeadRepository heads, SingleFlight questions) {
    return new ManifestMirror(pushes, heads, questions);
  }

  @Produces
  @Singleton
  TagMirror tags(SingleFlight questions, RepositoryRepository repositories) {
    return new TagMirror(questions, repositories);
  }

  @Produces
  @Singleton
  BlobMirror blobs(BlobFetches fetches, SingleFlight questions, BlobLinkRepository links) {
    return new BlobMirror(fetches, questions, links);
  }

  @Produces
  @Singleton
  BlobFetches fetches(
      ImageConfig image, MirrorLimits limits, BlobStore store, BlobLinkRepository links)
      throws IOException {
    return new BlobFetches(
        image.stateDir().resolve("mirror"), limits, new StoreKeeper(store, links));
  }
}
