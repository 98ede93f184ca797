package dev.gantry.run.recovery;

import dev.gantry.events.EntityId;
import dev.gantry.run.claim.Claims;
import dev.gantry.run.journal.Frame;
import dev.gantry.run.journal.Journal;
import dev.gantry.run.lifecycle.KeptLogs;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.publish.JournalOutbox;
import dev.gantry.run.request.CommandDesk;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** What is to be done now and then, so that nothing grows for ever. One thread at a time. */
public final class Housekeeping {
  private static final Logger LOG = Logger.getLogger(Housekeeping.class);

  /** Longer than any record is kept on the bus: none older can be delivered again. */
  private static final Duration CLAIMS_KEPT = Duration.ofDays(30);

  /** More are not kept, however short a time they have been over. */
  private static final int FINAL_RUNS_KEPT_MAX = 2_000;

  private final Runs runs;
  private final Lifecycle lifecycle;
  private final Journal journal;
  private final JournalOutbox outbox;
  private final Claims claims;
  private final CommandDesk commands;
  private final KeptLogs keptLogs;
  private final Clock clock;
  private final Set<String> unsettled = ConcurrentHashMap.newKeySet();

  public Housekeeping(
      Runs runs, Lifecycle lifecycle, Durables durables, Claims claims, CommandDesk commands) {
    this.runs = runs;
    this.lifecycle = lifecycle;
    this.journal = durables.journal();
    this.outbox = durables.outbox();
    this.claims = claims;
    this.commands = commands;
    this.keptLogs = durables.keptLogs();
    this.clock = durables.clock();
  }

  /** What is kept on disk. */
  public record Durables(Journal journal, JournalOutbox outbox, KeptLogs keptLogs, Clock clock) {}

  /** The journal has a request: its claim need not be looked at any more. Never blocks. */
  public void journaled(String run) {
    unsettled.add(run);
  }

  /** Tells PostgreSQL for which requests the journal answers; when it is away, later. */
  public void settleClaims() {
    List<String> batch = List.copyOf(unsettled);
    if (batch.isEmpty()) {
      return;
    }
    try {
      claims.settle(batch);
      batch.forEach(unsettled::remove);
    } catch (SQLException e) {
      LOG.debugf("claims are settled later: %s", e.getMessage());
    }
  }

  /** Forgets runs that are long over, and what the journal says of them. */
  public void tidy() {
    Instant now = clock.instant();
    Instant oldest = now.minus(keptLogs.time());
    List<RunView> over =
        runs.all().stream()
            .filter(run -> run.state().isFinal())
            .sorted(Comparator.comparing(RunView::changedAt).reversed())
            .toList();
    for (int i = 0; i < over.size(); i++) {
      RunView run = over.get(i);
      boolean old = i >= FINAL_RUNS_KEPT_MAX || run.changedAt().isBefore(oldest);
      if (old && !unsettled.contains(run.id().value())) {
        lifecycle.forget(run.id());
      }
    }
    try {
      keptLogs.collect(now);
      journal.compact(this::needed);
    } catch (IOException e) {
      LOG.warnf("not everything that is old could be removed: %s", e.getMessage());
    }
  }

  /** Drops claims of requests that cannot come again. */
  public void expireClaims() {
    try {
      while (claims.expire(CLAIMS_KEPT) > 0) {
        LOG.debug("claims expired");
      }
    } catch (SQLException e) {
      LOG.debugf("claims expire later: %s", e.getMessage());
    }
  }

  private boolean needed(Frame frame) {
    return switch (frame.kind()) {
      case REQUEST, STOP, REMOVE, COMMAND, DONE -> known(frame);
      case FACT -> known(frame) || !outbox.published(frame.position());
      case DEAD_LETTER -> !outbox.published(frame.position());
      case DEFERRED -> commands.waiting(frame.position());
      // What they refer to lies before them and has gone with them or earlier.
      case SETTLED, FORGOTTEN -> false;
    };
  }

  private boolean known(Frame frame) {
    return runs.view(new EntityId(frame.run())).isPresent();
  }
}
