package dev.gantry.build.queue;

import dev.gantry.events.BuildEvent;
import org.jspecify.annotations.Nullable;

/**
 * How a build ends.
 *
 * @param provenance where the images came from, as JSON; absent where there is none
 * @param images images of further targets, as JSON; absent where there are none
 * @param also what is written with it, or not at all
 */
public record Ending(
    BuildEvent outcome,
    @Nullable String provenance,
    @Nullable String images,
    Database.Work<?> also) {
  /** An end without an image. */
  public static Ending of(BuildEvent outcome) {
    return new Ending(outcome, null, null, connection -> true);
  }

  /** The same, with something else that is written with it. */
  public Ending with(Database.Work<?> other) {
    return new Ending(outcome, provenance, images, other);
  }
}
