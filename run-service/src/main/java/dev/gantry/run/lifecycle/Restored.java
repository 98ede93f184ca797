package dev.gantry.run.lifecycle;

import dev.gantry.events.Envelope;
import dev.gantry.events.RunEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as the journal tells it.
 *
 * @param stop the last stop that was asked for
 * @param remove the last removal that was asked for
 * @param commanded what else was asked for
 */
public record Restored(
    Order order,
    List<Envelope<RunEvent>> facts,
    @Nullable StopOrder stop,
    @Nullable RemoveOrder remove,
    Commanded commanded) {
  /** Copies the list. */
  public Restored {
    facts = List.copyOf(facts);
  }

  /**
   * What was asked of a run.
   *
   * @param keys of all requests
   * @param open those that have not had their effect, in order
   * @param kills since somebody last asked for a restart
   */
  public record Commanded(List<String> keys, List<Command> open, List<Command> kills) {
    /** Nothing. */
    public static final Commanded NOTHING = new Commanded(List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Commanded {
      keys = List.copyOf(keys);
      open = List.copyOf(open);
      kills = List.copyOf(kills);
    }
  }

  /**
   * The run after all its facts.
   *
   * @throws IllegalStateException when they do not follow from one another
   */
  public RunView view() {
    RunView view = RunView.of(order, arrived());
    for (Envelope<RunEvent> fact : facts) {
      view = view.after(fact.data(), fact.time());
    }
    return view;
  }

  Instant arrived() {
    return order.cause().time();
  }
}
