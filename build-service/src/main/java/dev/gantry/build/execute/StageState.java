package dev.gantry.build.execute;

import dev.gantry.build.dockerfile.At;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a stage has come to.
 *
 * @param key names its file system by all that it came from
 * @param base the image below, absent for scratch
 * @param steps what was done on top, in order
 * @param time that of the newest thing that went into it: what a step makes is no newer, so that it
 *     is the same whenever it is made
 * @param news the first step that had to be executed, and why; empty where all were in the cache
 */
record StageState(
    String key, @Nullable BaseImage base, List<Done> steps, Instant time, Optional<String> news) {
  StageState {
    steps = List.copyOf(steps);
  }

  /** Nothing at all. */
  static StageState scratch() {
    return new StageState("scratch", null, List.of(), Instant.EPOCH, Optional.empty());
  }

  /** An image as it is. */
  static StageState of(BaseImage image) {
    Instant created = image.config().created().orElse(Instant.EPOCH);
    return new StageState(image.key(), image, List.of(), created, Optional.empty());
  }

  /** A step that is done; without a layer where it changes no file. */
  record Done(At at, Instant createdAt, Optional<StageLayer> layer) {}

  StageState with(String newKey, Done done) {
    List<Done> more = new ArrayList<>(steps);
    more.add(done);
    Instant newest = done.createdAt().isAfter(time) ? done.createdAt() : time;
    return new StageState(newKey, base, more, newest, news);
  }

  /** The first news stays: what follows it is its doing. */
  StageState changedBy(String step) {
    return news.isPresent() ? this : new StageState(key, base, steps, time, Optional.of(step));
  }

  /** The layers of the image below. */
  List<StageLayer.Stored> baseLayers() {
    return base == null ? List.of() : base.layers();
  }

  /** All layers, the lowest first. */
  List<StageLayer> layers() {
    List<StageLayer> layers = new ArrayList<>(baseLayers());
    steps.forEach(step -> step.layer().ifPresent(layers::add));
    return layers;
  }
}
