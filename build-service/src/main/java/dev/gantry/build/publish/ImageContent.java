package dev.gantry.build.publish;

import dev.gantry.build.cache.CachedLayer;
import dev.gantry.build.plan.Settings;
import dev.gantry.oci.image.ImageConfig;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an image is made of.
 *
 * @param base the config of the image below; absent for scratch
 * @param baseLayers its layers, the lowest first
 * @param steps what is on top, in order
 * @param settings those of the result
 * @param annotations of the manifest
 */
public record ImageContent(
    @Nullable ImageConfig base,
    List<CachedLayer> baseLayers,
    List<Step> steps,
    Settings settings,
    Map<String, String> annotations) {
  /** Copies lists and maps. */
  public ImageContent {
    baseLayers = List.copyOf(baseLayers);
    steps = List.copyOf(steps);
    annotations = Map.copyOf(annotations);
  }

  /** An instruction, when it was executed, and the layer that it made, if any. */
  public record Step(String text, Instant createdAt, Optional<CachedLayer> layer) {}
}
