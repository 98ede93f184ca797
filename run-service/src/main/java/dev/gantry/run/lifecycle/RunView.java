package dev.gantry.run.lifecycle;

import dev.gantry.events.EntityId;
import dev.gantry.events.Fold;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as it was at one moment; never changes.
 *
 * @param sequence of the last fact; 0 before the first
 * @param createdAt when the first fact was recorded; before that, when the request arrived
 * @param changedAt when the last fact was recorded
 * @param exit how it ended, once it did, whatever followed
 * @param digest of the image, once known
 */
public record RunView(
    Order order,
    RunLifecycle state,
    long sequence,
    Instant createdAt,
    Instant changedAt,
    RunEvent.@Nullable Exited exit,
    @Nullable String digest) {

  /** A run of which nothing has been said yet. */
  static RunView of(Order order, Instant at) {
    return new RunView(order, new RunLifecycle.Requested(), 0, at, at, null, null);
  }

  /** The run's id. */
  public EntityId id() {
    return order.id();
  }

  /** The run's name, where it has one. */
  public @Nullable String name() {
    return order.claimed().name();
  }

  /**
   * The run after one more fact.
   *
   * @throws IllegalStateException when the fact cannot follow: a bug
   */
  RunView after(RunEvent event, Instant at) {
    return switch (RunLifecycle.fold(state, event)) {
      case Fold.Moved<RunLifecycle>(RunLifecycle next) ->
          new RunView(
              order,
              next,
              sequence + 1,
              sequence == 0 ? at : createdAt,
              at,
              event instanceof RunEvent.Exited exited ? exited : exit,
              digest(event));
      case Fold.Refused<RunLifecycle>(RunLifecycle _, String message) ->
          throw new IllegalStateException("run " + order.id() + ": " + message);
    };
  }

  private @Nullable String digest(RunEvent event) {
    RunEvent.Image image = event.about().image();
    return image == null || image.digest() == null ? digest : image.digest();
  }
}
