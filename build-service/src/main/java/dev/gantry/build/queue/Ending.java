package dev.gantry.build.queue;

import dev.gantry.events.BuildEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a build ends.
 *
 * @param provenance where the images came from, as JSON; absent where there is none
 * @param images images of further targets
 * @param steps what happened to the last steps, as far as it is not written down yet
 * @param also what is written with it, or not at all
 */
public record Ending(
    BuildEvent outcome,
    @Nullable String provenance,
    List<BuiltImage> images,
    List<BuildEvent> steps,
    Database.Work<?> also) {
  /** Copies the lists. */
  public Ending {
    images = List.copyOf(images);
    steps = List.copyOf(steps);
  }

  /** An end without an image. */
  public static Ending of(BuildEvent outcome) {
    return new Ending(outcome, null, List.of(), List.of(), connection -> true);
  }

  /** The same, with something else that is written with it. */
  public Ending with(Database.Work<?> other) {
    return new Ending(outcome, provenance, images, steps, other);
  }
}
