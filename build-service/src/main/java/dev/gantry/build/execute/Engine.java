package dev.gantry.build.execute;

import dev.gantry.build.cache.StepCache;
import dev.gantry.build.context.ContextArchive;
import dev.gantry.build.context.ContextStore;
import dev.gantry.build.context.ContextTooLargeException;
import dev.gantry.build.context.InvalidContextException;
import dev.gantry.build.dockerfile.DockerfileWarning;
import dev.gantry.build.fetch.Fetchers;
import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.plan.BuildPlan;
import dev.gantry.build.publish.OtherRegistries;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.RegistryException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Builds images. Thread-safe: any number of builds side by side. */
public final class Engine {
  private final Parts parts;
  private final Upkeep upkeep;

  /**
   * What it builds with.
   *
   * @param others registries beside the platform's
   * @param allowance what a build may use
   * @param quota what builds may leave
   */
  public record Parts(
      ContextStore contexts,
      LayerStore layers,
      StepCache cache,
      RegistryClient registry,
      BlobPresence blobs,
      Images images,
      OtherRegistries others,
      Sandboxes sandboxes,
      CacheMounts mounts,
      Fetchers fetchers,
      Platform platform,
      Allowance allowance,
      Quota quota) {}

  /** Builds with these. */
  public Engine(Parts parts) {
    this.parts = parts;
    this.upkeep = new Upkeep(parts.layers(), parts.cache(), parts.mounts(), parts.quota());
  }

  /** An image that is in the registry, under its digest and every tag. */
  public record Image(String digest, long sizeBytes, List<String> tags) {}

  /**
   * What a build made.
   *
   * @param images the target's first, then the others that were asked for
   * @param bases digests of the images that they were built on, by reference as written
   */
  public record Built(
      List<Image> images, int stepsCached, int stepsTotal, Map<String, String> bases) {
    /** Copies the list. */
    public Built {
      images = List.copyOf(images);
    }

    /** The digest of the target. */
    public String imageDigest() {
      return images.getFirst().digest();
    }

    /** The size of the target. */
    public long sizeBytes() {
      return images.getFirst().sizeBytes();
    }
  }

  /**
   * Builds an image. Whatever happens, no process, mount or unfinished directory of it is left.
   *
   * @throws BuildFailedException when there will be no image, with what to tell
   * @throws Cancellation.CancelledException when the job was cancelled
   * @throws IOException when disk, registry or kernel fail
   * @throws SQLException when the cache cannot be reached
   */
  public Built build(Job job)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    BuildSpec spec = job.spec();
    if (spec.platform() != null && !spec.platform().equals(parts.platform().toString())) {
      throw BuildFailedException.because(
          ReasonCode.PLATFORM_UNSUPPORTED,
          "platform " + spec.platform() + " is not supported: this host is " + parts.platform());
    }
    Duration patience = parts.allowance().within(spec.execution().limitsOrUnsaid()).patience();
    try (Upkeep.Running _ = upkeep.begin();
        Deadline deadline = Deadline.of(job.cancellation(), patience);
        ContextArchive context = context(spec)) {
      return deadline.watch(() -> build(job, deadline, context));
    } catch (InvalidContextException e) {
      throw BuildFailedException.because(
          ReasonCode.CONTEXT_INVALID, String.valueOf(e.getMessage()));
    }
  }

  private ContextArchive context(BuildSpec spec) throws BuildFailedException, IOException {
    try {
      return parts.contexts().open(spec.context());
    } catch (ContextTooLargeException e) {
      throw BuildFailedException.because(
          ReasonCode.PAYLOAD_TOO_LARGE, String.valueOf(e.getMessage()));
    } catch (RegistryException e) {
      if (e.isNotFound()) {
        throw BuildFailedException.because(
            ReasonCode.CONTEXT_NOT_FOUND,
            "context " + spec.context().digest() + " is not in " + ContextStore.REPOSITORY);
      }
      throw e;
    }
  }

  private Built build(Job asked, Deadline deadline, ContextArchive archive)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    Job job = asked.with(deadline.cancellation(), new SerialProgress(asked.progress()));
    Preparation prepared = Preparation.of(job, archive, parts);
    BuildPlan plan = prepared.plan();
    for (DockerfileWarning warning : plan.warnings()) {
      job.log().say(null, "warning: " + warning.describe());
    }
    for (String name : plan.unusedArgs()) {
      job.log().say(null, "warning: build arg " + name + " is not used by any ARG");
    }
    SharedCache shared = SharedCache.load(parts, job);
    StepLookup lookup = new StepLookup(parts.cache(), parts.blobs(), shared);
    try (LayerPipeline pipeline = new LayerPipeline(parts, lookup, prepared.context())) {
      StageRunner runner = new StageRunner(parts, prepared, lookup, pipeline);
      new StageCrew(runner, prepared.context()).build(plan.stages());
      job.cancellation().check();
      Publication publication = new Publication(parts, prepared);
      List<Image> images = publication.publish();
      if (!job.spec().cache().to().isEmpty()) {
        pipeline.settle();
        publication.share(lookup);
      }
      return new Built(images, runner.stepsCached(), plan.stepsTotal(), prepared.bases());
    }
  }
}
