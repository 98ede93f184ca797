package dev.gantry.build.execute;

import dev.gantry.build.cache.CachedLayer;
import dev.gantry.build.cache.StepCache;
import dev.gantry.build.context.ContextArchive;
import dev.gantry.build.context.ContextStore;
import dev.gantry.build.context.ContextTooLargeException;
import dev.gantry.build.context.InvalidContextException;
import dev.gantry.build.dockerfile.DockerfileWarning;
import dev.gantry.build.fetch.Fetchers;
import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.plan.BuildPlan;
import dev.gantry.build.publish.ImageContent;
import dev.gantry.build.publish.ImagePublisher;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.RegistryException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Builds images. Thread-safe: any number of builds side by side. */
public final class Engine {
  private final Parts parts;
  private final Upkeep upkeep;

  /**
   * What it builds with.
   *
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

  /**
   * An image that is in the registry, under its digest and every tag.
   *
   * @param bases digests of the images that it was built on, by reference as written
   */
  public record Built(
      String imageDigest,
      long sizeBytes,
      int stepsCached,
      int stepsTotal,
      Map<String, String> bases) {}

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
    StepLookup lookup = new StepLookup(parts.cache(), parts.blobs());
    try (LayerPipeline pipeline = new LayerPipeline(parts, lookup, prepared.context())) {
      StageRunner runner = new StageRunner(parts, prepared, lookup, pipeline);
      new StageCrew(runner, prepared.context()).build(plan.stages());
      job.cancellation().check();
      StageState result = prepared.context().stage(plan.target().index());
      ImagePublisher.Published published =
          publisher(job).publish(content(result, prepared), targets(job.spec()));
      return new Built(
          published.digest(),
          published.sizeBytes(),
          runner.stepsCached(),
          plan.stepsTotal(),
          prepared.bases());
    }
  }

  private ImagePublisher publisher(Job job) {
    return new ImagePublisher(parts.registry(), parts.platform(), job.cancellation()::check);
  }

  private List<Reference> targets(BuildSpec spec) throws BuildFailedException {
    List<Reference> targets = new ArrayList<>();
    for (String tag : spec.tags()) {
      targets.add(parts.images().target(tag));
    }
    return targets;
  }

  /** What the image is made of; waits for the layers that are still on their way. */
  private static ImageContent content(StageState state, Preparation prepared)
      throws BuildFailedException {
    List<ImageContent.Step> steps = new ArrayList<>();
    for (StageState.Done step : state.steps()) {
      steps.add(new ImageContent.Step(step.at().text(), step.createdAt(), layer(step)));
    }
    List<CachedLayer> base = state.baseLayers().stream().map(StageLayer.Stored::layer).toList();
    BaseImage image = state.base();
    return new ImageContent(
        image == null ? null : image.config(),
        base,
        steps,
        prepared.plan().target().settings(),
        annotations(image, prepared.context().job().spec()));
  }

  /** What was asked for, and what the image is based on (OCI image-spec, annotations.md). */
  private static Map<String, String> annotations(@Nullable BaseImage base, BuildSpec spec) {
    Map<String, String> annotations = new TreeMap<>();
    if (base != null) {
      annotations.put("org.opencontainers.image.base.name", base.name());
      annotations.put("org.opencontainers.image.base.digest", base.digest().toString());
    }
    annotations.putAll(spec.output().annotations());
    return annotations;
  }

  private static Optional<CachedLayer> layer(StageState.Done step) throws BuildFailedException {
    if (step.layer().isEmpty()) {
      return Optional.empty();
    }
    return switch (step.layer().get()) {
      case StageLayer.Stored stored -> Optional.of(stored.layer());
      case StageLayer.Built built -> {
        try {
          yield built.result().join();
        } catch (CompletionException e) {
          throw BuildFailedException.because(
              ReasonCode.PUSH_FAILED,
              "the layer of " + step.at().text() + " cannot be pushed: " + e.getCause());
        }
      }
    };
  }
}
