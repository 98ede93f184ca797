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
 */
public record Restored(
    Order order,
    List<Envelope<RunEvent>> facts,
    @Nullable StopOrder stop,
    @Nullable RemoveOrder remove) {
  /** Copies the list. */
  public Restored {
    facts = List.copyOf(facts);
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
