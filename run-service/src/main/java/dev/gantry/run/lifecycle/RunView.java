package dev.gantry.run.lifecycle;

import dev.gantry.events.EntityId;
import dev.gantry.events.Fold;
import dev.gantry.events.Parsed;
import dev.gantry.events.Resources;
import dev.gantry.events.RestartPolicy;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as it was at one moment; never changes.
 *
 * @param sequence of the last fact; 0 before the first
 * @param createdAt when the request arrived
 * @param changedAt when the last fact was recorded
 * @param exit how it ended, once it did, whatever followed
 * @param history what else its facts say
 * @param digest of the image, once known
 */
public record RunView(
    Order order,
    RunLifecycle state,
    long sequence,
    Instant createdAt,
    Instant changedAt,
    History history,
    RunEvent.@Nullable Exited exit,
    @Nullable String digest) {

  /** A run of which nothing has been said yet. */
  static RunView of(Order order, Instant at) {
    return new RunView(order, new RunLifecycle.Requested(), 0, at, at, History.NONE, null, null);
  }

  /** The run's id. */
  public EntityId id() {
    return order.id();
  }

  /** The run's name, where it has one. */
  public @Nullable String name() {
    return order.claimed().name();
  }

  /** What it may use, by its request or the last update. */
  public Resources resources() {
    History.Changed changed = history.changed();
    return changed != null
        ? changed.resources()
        : spec().map(RunSpec::resources).orElse(Resources.UNLIMITED);
  }

  /** Whether it starts again by itself, by its request or the last update. */
  public RestartPolicy restart() {
    History.Changed changed = history.changed();
    return changed != null
        ? changed.restart()
        : spec().map(RunSpec::restart).orElse(RestartPolicy.NO);
  }

  /** What was asked for; empty where it cannot be honoured. */
  public Optional<RunSpec> spec() {
    return order.spec() instanceof Parsed.Valid<RunSpec>(RunSpec spec)
        ? Optional.of(spec)
        : Optional.empty();
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
              history.after(event, at),
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
