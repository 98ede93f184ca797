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
      return new Running(
          event.about(), event.pid(), event.startedAt(), event.address(), event.ports(), false);
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

  /** Its process lives. */
  record Running(
      About about,
      long pid,
      Instant startedAt,
      @Nullable String address,
      List<Port> ports,
      boolean oomKilled)
      implements RunLifecycle {
    public Running oomKilled(RunEvent.OomKilled event) {
      return new Running(event.about(), pid, startedAt, address, ports, true);
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
      case Requested _, Accepted _, Placed _, Pulling _, Created _, Running _ -> false;
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
      case RunEvent.Created e ->
          switch (state) {
            case Placed s -> s.created(e);
            case Pulling s -> s.created(e);
            default -> null;
          };
      case RunEvent.Started e -> state instanceof Created s ? s.started(e) : null;
      case RunEvent.OomKilled e -> state instanceof Running s ? s.oomKilled(e) : null;
      case RunEvent.Exited e ->
          switch (state) {
            case Created s -> s.exited(e);
            case Running s -> s.exited(e);
            default -> null;
          };
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

  private static @Nullable RunLifecycle rejected(RunLifecycle state, RunEvent.Rejected event) {
    return switch (state) {
      case Requested s -> s.rejected(event);
      case Accepted s -> s.rejected(event);
      case Placed s -> s.rejected(event);
      case Pulling s -> s.rejected(event);
      case Created s -> s.rejected(event);
      case Running _, Exited _, Stopped _, Rejected _, Lost _, Removed _ -> null;
    };
  }

  private static @Nullable RunLifecycle lost(RunLifecycle state, RunEvent.Lost event) {
    return switch (state) {
      case Placed s -> s.lost(event);
      case Pulling s -> s.lost(event);
      case Created s -> s.lost(event);
      case Running s -> s.lost(event);
      case Requested _, Accepted _, Exited _, Stopped _, Rejected _, Lost _, Removed _ -> null;
    };
  }
}
