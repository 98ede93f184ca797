package dev.gantry.events;

import org.jspecify.annotations.Nullable;

/**
 * The states of a build. A transition is a method on its legal source, so that an illegal one does
 * not compile; {@link #fold} is for events that arrive from elsewhere, and refuses.
 */
public sealed interface BuildLifecycle {

  /** As in APIs: {@code queued}, {@code running}, … */
  String label();

  /** Before any fact. */
  record Requested() implements BuildLifecycle {
    public Queued queued(BuildEvent.Queued event) {
      return new Queued(event);
    }

    /** The request cannot be honoured. */
    public Failed failed(BuildEvent.Failed event) {
      return new Failed(event);
    }

    @Override
    public String label() {
      return "requested";
    }
  }

  /** Durable, waiting for a worker. */
  record Queued(BuildEvent.Queued request) implements BuildLifecycle {
    public Running started(BuildEvent.Started event) {
      return new Running(event.host(), event.attempt(), 0);
    }

    public Failed failed(BuildEvent.Failed event) {
      return new Failed(event);
    }

    public Cancelled cancelled(BuildEvent.Cancelled event) {
      return new Cancelled(event);
    }

    @Override
    public String label() {
      return "queued";
    }
  }

  /** A worker has it; {@code stepsFinished} counts within this attempt. */
  record Running(String host, int attempt, int stepsFinished) implements BuildLifecycle {
    /** Its worker died, and another begins again. */
    public Running startedAgain(BuildEvent.Started event) {
      return new Running(event.host(), event.attempt(), 0);
    }

    public Running stepFinished() {
      return new Running(host, attempt, stepsFinished + 1);
    }

    public Succeeded succeeded(BuildEvent.Succeeded event) {
      return new Succeeded(event);
    }

    public Failed failed(BuildEvent.Failed event) {
      return new Failed(event);
    }

    public Cancelled cancelled(BuildEvent.Cancelled event) {
      return new Cancelled(event);
    }

    @Override
    public String label() {
      return "running";
    }
  }

  /** There is an image. Final. */
  record Succeeded(BuildEvent.Succeeded result) implements BuildLifecycle {
    @Override
    public String label() {
      return "succeeded";
    }
  }

  /** There is none, for a reason. Final. */
  record Failed(BuildEvent.Failed failure) implements BuildLifecycle {
    @Override
    public String label() {
      return "failed";
    }
  }

  /** There is none, as wished. Final. */
  record Cancelled(BuildEvent.Cancelled cancellation) implements BuildLifecycle {
    @Override
    public String label() {
      return "cancelled";
    }
  }

  /** Whether nothing can follow. */
  default boolean isFinal() {
    return switch (this) {
      case Succeeded _, Failed _, Cancelled _ -> true;
      case Requested _, Queued _, Running _ -> false;
    };
  }

  /** The state after an event, if the event may follow. */
  static Fold<BuildLifecycle> fold(BuildLifecycle state, BuildEvent event) {
    BuildLifecycle next = next(state, event);
    return next == null ? Fold.refused(state, state.label(), event) : new Fold.Moved<>(next);
  }

  private static @Nullable BuildLifecycle next(BuildLifecycle state, BuildEvent event) {
    return switch (event) {
      case BuildEvent.Queued e -> state instanceof Requested s ? s.queued(e) : null;
      case BuildEvent.Started e -> started(state, e);
      case BuildEvent.StepStarted _ -> state instanceof Running s ? s : null;
      case BuildEvent.StepFinished _ -> state instanceof Running s ? s.stepFinished() : null;
      case BuildEvent.Succeeded e -> state instanceof Running s ? s.succeeded(e) : null;
      case BuildEvent.Failed e ->
          switch (state) {
            case Requested s -> s.failed(e);
            case Queued s -> s.failed(e);
            case Running s -> s.failed(e);
            case Succeeded _, Failed _, Cancelled _ -> null;
          };
      case BuildEvent.Cancelled e ->
          switch (state) {
            case Queued s -> s.cancelled(e);
            case Running s -> s.cancelled(e);
            case Requested _, Succeeded _, Failed _, Cancelled _ -> null;
          };
    };
  }

  private static @Nullable BuildLifecycle started(BuildLifecycle state, BuildEvent.Started event) {
    return switch (state) {
      case Queued s -> s.started(event);
      case Running s -> event.attempt() > s.attempt() ? s.startedAgain(event) : null;
      case Requested _, Succeeded _, Failed _, Cancelled _ -> null;
    };
  }
}
