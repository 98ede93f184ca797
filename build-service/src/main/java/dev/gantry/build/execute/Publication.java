package dev.gantry.build.execute;

import dev.gantry.build.cache.CachedLayer;
import dev.gantry.build.plan.PlannedStage;
import dev.gantry.build.publish.ImageContent;
import dev.gantry.build.publish.ImagePublisher;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.BuildTarget;
import dev.gantry.events.ReasonCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Makes images of the stages that a request asked for, and shares the cache as it said. */
final class Publication {
  private final Engine.Parts parts;
  private final Preparation prepared;
  private final BuildSpec spec;
  private final ImagePublisher publisher;

  Publication(Engine.Parts parts, Preparation prepared) {
    this.parts = parts;
    this.prepared = prepared;
    this.spec = prepared.context().job().spec();
    this.publisher =
        new ImagePublisher(
            parts.registry(), parts.platform(), prepared.context().job().cancellation()::check);
  }

  /** All images, the target first. */
  List<Engine.Image> publish() throws BuildFailedException, IOException {
    List<Engine.Image> images = new ArrayList<>();
    images.add(publish(spec.target(), spec.tags()));
    for (BuildTarget other : spec.more()) {
      images.add(publish(other.target(), other.tags()));
    }
    return images;
  }

  private Engine.Image publish(@Nullable String target, List<String> tags)
      throws BuildFailedException, IOException {
    Targets targets = Targets.of(parts.images(), tags);
    ImagePublisher.Published published = publisher.publish(content(stage(target)), targets.here());
    targets.deliver(parts, prepared.context().job(), published.digest());
    return new Engine.Image(published.digest(), published.sizeBytes(), tags);
  }

  private PlannedStage stage(@Nullable String target) {
    List<PlannedStage> targets = prepared.plan().targets();
    return targets.stream()
        .filter(stage -> target != null && isCalled(stage, target))
        .findFirst()
        .orElseGet(targets::getFirst);
  }

  private static boolean isCalled(PlannedStage stage, String target) {
    return stage.label().equalsIgnoreCase(target) || Integer.toString(stage.index()).equals(target);
  }

  /** Gives what was used and made to those who were named for it. */
  void share(StepLookup lookup) throws BuildFailedException, IOException {
    for (String name : spec.cache().to()) {
      SharedCache.store(publisher, parts.registry(), parts.images().target(name), lookup.used());
    }
  }

  /** What the image is made of; waits for the layers that are still on their way. */
  private ImageContent content(PlannedStage stage) throws BuildFailedException {
    StageState state = prepared.context().stage(stage.index());
    List<ImageContent.Step> steps = new ArrayList<>();
    for (StageState.Done step : state.steps()) {
      steps.add(new ImageContent.Step(step.at().text(), step.createdAt(), layer(step)));
    }
    BaseImage image = state.base();
    return new ImageContent(
        image == null ? null : image.config(),
        state.baseLayers().stream().map(StageLayer.Stored::layer).toList(),
        steps,
        stage.settings(),
        annotations(image, spec));
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
