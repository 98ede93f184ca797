package dev.gantry.events;

import dev.gantry.events.RunEvent.About;
import dev.gantry.events.RunEvent.Port;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The states of a run. A transition is a method on its legal source, so that an illegal one does
 * not compile; {@link #fold} is for events that arrive from elsewhere, and refuses.
 */
public sealed interface RunLifecycle {

  /** As in APIs: {@code requested}, {@code running}, … */
  String label();

  /** Before any fact. */
  record Requested() implements RunLifecycle {
    public Accepted accepted(RunEvent.Accepted event) {
      return new Accepted(event.about(), event.labels());
    }

    public Rejected rejected(RunEvent.Rejected event) {
      return new Rejected(event);
    }

    @Override
    public String label() {
      return "requested";
    }
  }

  /** Durable, on no host yet. */
  record Accepted(About about, Map<String, String> labels) implements RunLifecycle {
    public Placed placed(RunEvent.Placed event) {
      return new Placed(event.about());
    }

    public Rejected rejected(RunEvent.Rejected event) {
      return new Rejected(event);
    }

    @Override
    public String label() {
      return "accepted";
    }
  }

  /** A host has it. */
  record Placed(About about) implements RunLifecycle {
    public Pulling pulling(RunEvent.Pulling event) {
      return new Pulling(event.about());
    }

    public Created created(RunEvent.Created event) {
      return new Created(event.about(), event.address(), event.ports());
    }

    public Rejected rejected(RunEvent.Rejected event) {
      return new Rejected(event);
    }

    public Lost lost(RunEvent.Lost event) {
      return new Lost(event);
    }

    @Override
    public String label() {
      return "placed";
    }
  }

  /** Its image's layers are on their way. */
  record Pulling(About about) implements RunLifecycle {
    public Created created(RunEvent.Created event) {
      return new Created(event.about(), event.address(), event.ports());
    }

    public Rejected rejected(RunEvent.Rejected event) {
      return new Rejected(event);
    }

    public Lost lost(RunEvent.Lost event) {
      return new Lost(event);
    }

    @Override
    public String label() {
      return "pulling";
    }
  }

  /** Everything is ready but the process. */
  record Created(About about, @Nullable String address, List<Port> ports) implements RunLifecycle {
    public Running started(RunEvent.Started event) {
      return Running.of(event, 0);
    }

    /** The command could not be executed, and will be tried again. */
    public Restarting restarting(RunEvent.Restarting event) {
      return new Restarting(event, address, ports);
    }

    /** The command could not be executed. */
    public Exited exited(RunEvent.Exited event) {
      return new Exited(event);
    }

    public Rejected rejected(RunEvent.Rejected event) {
      return new Rejected(event);
    }

    public Lost lost(RunEvent.Lost event) {
      return new Lost(event);
    }

    @Override
    public String label() {
      return "created";
    }
  }

  /**
   * Its process lives.
   *
   * @param start the latest
   * @param restarts how often it has been started again
   */
  record Running(
      RunEvent.Started start, int restarts, Health health, boolean paused, boolean oomKilled)
      implements RunLifecycle {
    private static Running of(RunEvent.Started start, int restarts) {
      Health health = start.health();
      return new Running(start, restarts, health == null ? Health.NONE : health, false, false);
    }

    public About about() {
      return start.about();
    }

    public long pid() {
      return start.pid();
    }

    public Instant startedAt() {
      return start.startedAt();
    }

    public @Nullable String address() {
      return start.address();
    }

    public List<Port> ports() {
      return start.ports();
    }

    /** A process of it was killed; it goes on. */
    public Running outOfMemory() {
      return new Running(start, restarts, health, paused, true);
    }

    /** Its check says something new. */
    public Running withHealth(Health now) {
      return new Running(start, restarts, now, paused, oomKilled);
    }

    /** It is held, or let go. */
    public Running withPaused(boolean now) {
      return new Running(start, restarts, health, now, oomKilled);
    }

    public Restarting restarting(RunEvent.Restarting event) {
      return new Restarting(event, address(), ports());
    }

    public Exited exited(RunEvent.Exited event) {
      return new Exited(event);
    }

    public Lost lost(RunEvent.Lost event) {
      return new Lost(event);
    }

    @Override
    public String label() {
      return "running";
    }
  }

  /**
   * Its process ended, and another will start in its place. It keeps address and ports.
   *
   * @param attempt the end of the last one
   */
  record Restarting(RunEvent.Restarting attempt, @Nullable String address, List<Port> ports)
      implements RunLifecycle {
    public Running started(RunEvent.Started event) {
      return Running.of(event, attempt.restarts());
    }

    /** The start has failed. */
    public Restarting restarting(RunEvent.Restarting event) {
      return new Restarting(event, address, ports);
    }

    /** It was stopped while it waited, or has failed too often. */
    public Exited exited(RunEvent.Exited event) {
      return new Exited(event);
    }

    public Lost lost(RunEvent.Lost event) {
      return new Lost(event);
    }

    @Override
    public String label() {
      return "restarting";
    }
  }

  /** Its process ended; what it left is still there. An outcome. */
  record Exited(RunEvent.Exited exit) implements RunLifecycle {
    public Stopped stopped(RunEvent.Stopped event) {
      return new Stopped(exit, event);
    }

    public Removed removed(RunEvent.Removed event) {
      return new Removed(event.about());
    }

    @Override
    public String label() {
      return "exited";
    }
  }

  /** As exited, and it was a stop that ended it. */
  record Stopped(RunEvent.Exited exit, RunEvent.Stopped stop) implements RunLifecycle {
    public Removed removed(RunEvent.Removed event) {
      return new Removed(event.about());
    }

    @Override
    public String label() {
      return "stopped";
    }
  }

  /** It never ran and never will; nothing of it is left. An outcome, and final. */
  record Rejected(RunEvent.Rejected rejection) implements RunLifecycle {
    @Override
    public String label() {
      return "rejected";
    }
  }

  /** What became of it cannot be known. An outcome. */
  record Lost(RunEvent.Lost loss) implements RunLifecycle {
    public Removed removed(RunEvent.Removed event) {
      return new Removed(event.about());
    }

    @Override
    public String label() {
      return "lost";
    }
  }

  /** Nothing of it is left. Final. */
  record Removed(About about) implements RunLifecycle {
    @Override
    public String label() {
      return "removed";
    }
  }

  /** Whether one of exited, rejected and lost has been. */
  default boolean hasOutcome() {
    return switch (this) {
      case Exited _, Stopped _, Rejected _, Lost _, Removed _ -> true;
      case Requested _, Accepted _, Placed _, Pulling _, Created _, Running _, Restarting _ ->
          false;
    };
  }

  /** Whether nothing can follow. */
  default boolean isFinal() {
    return this instanceof Rejected || this instanceof Removed;
  }

  /** The state after an event, if the event may follow. */
  static Fold<RunLifecycle> fold(RunLifecycle state, RunEvent event) {
    RunLifecycle next = next(state, event);
    return next == null ? Fold.refused(state, state.label(), event) : new Fold.Moved<>(next);
  }

  private static @Nullable RunLifecycle next(RunLifecycle state, RunEvent event) {
    return switch (event) {
      case RunEvent.Accepted e -> state instanceof Requested s ? s.accepted(e) : null;
      case RunEvent.Placed e -> state instanceof Accepted s ? s.placed(e) : null;
      case RunEvent.Pulling e -> state instanceof Placed s ? s.pulling(e) : null;
      case RunEvent.Created e -> created(state, e);
      case RunEvent.Started e -> started(state, e);
      case RunEvent.Restarting e -> restarting(state, e);
      case RunEvent.OomKilled _,
          RunEvent.Healthy _,
          RunEvent.Unhealthy _,
          RunEvent.Paused _,
          RunEvent.Unpaused _ ->
          state instanceof Running running ? during(running, event) : null;
      case RunEvent.Updated _ ->
          state instanceof Running || state instanceof Restarting ? state : null;
      case RunEvent.Exited e -> exited(state, e);
      case RunEvent.Stopped e -> state instanceof Exited s ? s.stopped(e) : null;
      case RunEvent.Removed e ->
          switch (state) {
            case Exited s -> s.removed(e);
            case Stopped s -> s.removed(e);
            case Lost s -> s.removed(e);
            default -> null;
          };
      case RunEvent.Rejected e -> rejected(state, e);
      case RunEvent.Lost e -> lost(state, e);
    };
  }

  private static @Nullable RunLifecycle created(RunLifecycle state, RunEvent.Created event) {
    return switch (state) {
      case Placed s -> s.created(event);
      case Pulling s -> s.created(event);
      default -> null;
    };
  }

  private static @Nullable RunLifecycle started(RunLifecycle state, RunEvent.Started event) {
    return switch (state) {
      case Created s -> s.started(event);
      case Restarting s -> s.started(event);
      default -> null;
    };
  }

  private static @Nullable RunLifecycle restarting(RunLifecycle state, RunEvent.Restarting event) {
    return switch (state) {
      case Created s -> s.restarting(event);
      case Running s -> s.restarting(event);
      case Restarting s -> s.restarting(event);
      default -> null;
    };
  }

  private static @Nullable RunLifecycle exited(RunLifecycle state, RunEvent.Exited event) {
    return switch (state) {
      case Created s -> s.exited(event);
      case Running s -> s.exited(event);
      case Restarting s -> s.exited(event);
      default -> null;
    };
  }

  /** What is said only when it changes cannot be said twice. */
  private static @Nullable RunLifecycle during(Running state, RunEvent event) {
    return switch (event) {
      case RunEvent.OomKilled _ -> state.outOfMemory();
      case RunEvent.Healthy _ ->
          state.health() == Health.HEALTHY ? null : state.withHealth(Health.HEALTHY);
      case RunEvent.Unhealthy _ ->
          state.health() == Health.UNHEALTHY ? null : state.withHealth(Health.UNHEALTHY);
      case RunEvent.Paused _ -> state.paused() ? null : state.withPaused(true);
      case RunEvent.Unpaused _ -> state.paused() ? state.withPaused(false) : null;
      default -> null;
    };
  }

  private static @Nullable RunLifecycle rejected(RunLifecycle state, RunEvent.Rejected event) {
    return switch (state) {
      case Requested s -> s.rejected(event);
      case Accepted s -> s.rejected(event);
      case Placed s -> s.rejected(event);
      case Pulling s -> s.rejected(event);
      case Created s -> s.rejected(event);
      case Running _, Restarting _, Exited _, Stopped _, Rejected _, Lost _, Removed _ -> null;
    };
  }

  private static @Nullable RunLifecycle lost(RunLifecycle state, RunEvent.Lost event) {
    return switch (state) {
      case Placed s -> s.lost(event);
      case Pulling s -> s.lost(event);
      case Created s -> s.lost(event);
      case Running s -> s.lost(event);
      case Restarting s -> s.lost(event);
      case Requested _, Accepted _, Exited _, Stopped _, Rejected _, Lost _, Removed _ -> null;
    };
  }
}
