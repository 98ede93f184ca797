package dev.gantry.build.execute;

import dev.gantry.build.dockerfile.At;
import dev.gantry.oci.image.ImageConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a stage has come to.
 *
 * @param key names its file system by all that it came from
 * @param base the config of the image below, absent for scratch
 * @param baseLayers the layers of that image, the lowest first
 * @param steps what was done on top, in order
 */
record StageState(
    String key, @Nullable ImageConfig base, List<StageLayer.Stored> baseLayers, List<Done> steps) {
  StageState {
    baseLayers = List.copyOf(baseLayers);
    steps = List.copyOf(steps);
  }

  /** A step that is done; without a layer where it changes no file. */
  record Done(At at, Instant createdAt, Optional<StageLayer> layer) {}

  StageState with(String newKey, Done done) {
    List<Done> more = new ArrayList<>(steps);
    more.add(done);
    return new StageState(newKey, base, baseLayers, more);
  }

  /** All layers, the lowest first. */
  List<StageLayer> layers() {
    List<StageLayer> layers = new ArrayList<>(baseLayers);
    steps.forEach(step -> step.layer().ifPresent(layers::add));
    return layers;
  }
}
