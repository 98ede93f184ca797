package dev.gantry.build.execute;

import dev.gantry.build.cache.CachedLayer;
import dev.gantry.build.cache.StepCache;
import dev.gantry.build.context.ContextArchive;
import dev.gantry.build.context.ContextStore;
import dev.gantry.build.context.ContextTooLargeException;
import dev.gantry.build.context.InvalidContextException;
import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.plan.BuildPlan;
import dev.gantry.build.plan.PlannedStage;
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
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Builds images. Thread-safe: any number of builds side by side. */
public final class Engine {
  private static final int LAYERS_MAX = 500;

  private final Parts parts;
  private final ReentrantReadWriteLock layersInUse = new ReentrantReadWriteLock();

  /**
   * What it builds with.
   *
   * @param stepPatience how long a RUN may take
   */
  public record Parts(
      ContextStore contexts,
      LayerStore layers,
      StepCache cache,
      RegistryClient registry,
      Images images,
      Sandboxes sandboxes,
      Platform platform,
      Duration stepPatience) {}

  /** Builds with these. */
  public Engine(Parts parts) {
    this.parts = parts;
  }

  /** An image that is in the registry, under its digest and every tag. */
  public record Built(String imageDigest, long sizeBytes, int stepsCached, int stepsTotal) {}

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
    layersInUse.readLock().lock();
    try (ContextArchive context = context(spec)) {
      return build(job, context);
    } catch (InvalidContextException e) {
      throw BuildFailedException.because(
          ReasonCode.CONTEXT_INVALID, String.valueOf(e.getMessage()));
    } finally {
      layersInUse.readLock().unlock();
      prune();
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

  private Built build(Job job, ContextArchive archive)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    Preparation prepared = Preparation.of(job, archive, parts);
    BuildPlan plan = prepared.plan();
    for (String name : plan.unusedArgs()) {
      job.log().say(null, "warning: build arg " + name + " is not used by any ARG");
    }
    StepLookup lookup = new StepLookup(parts.cache(), parts.registry(), !job.spec().noCache());
    try (LayerPipeline pipeline =
        new LayerPipeline(parts.layers(), parts.registry(), lookup, job.cancellation())) {
      StageRunner runner = new StageRunner(parts, prepared, lookup, pipeline);
      for (PlannedStage stage : plan.stages()) {
        runner.run(stage);
      }
      job.cancellation().check();
      StageState result = prepared.context().stage(plan.target().index());
      ImagePublisher.Published published =
          publisher(job).publish(content(result, plan), targets(job.spec()));
      return new Built(
          published.digest(), published.sizeBytes(), runner.stepsCached(), plan.stepsTotal());
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
  private static ImageContent content(StageState state, BuildPlan plan)
      throws BuildFailedException {
    List<ImageContent.Step> steps = new ArrayList<>();
    for (StageState.Done step : state.steps()) {
      steps.add(new ImageContent.Step(step.at().text(), step.createdAt(), layer(step)));
    }
    List<CachedLayer> base = state.baseLayers().stream().map(StageLayer.Stored::layer).toList();
    return new ImageContent(state.base(), base, steps, plan.target().settings());
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

  /** Layers are dropped while no build uses any. */
  private void prune() throws IOException, SQLException {
    if (layersInUse.writeLock().tryLock()) {
      try {
        parts.layers().prune(LAYERS_MAX);
        parts.cache().prune();
      } finally {
        layersInUse.writeLock().unlock();
      }
    }
  }
}
