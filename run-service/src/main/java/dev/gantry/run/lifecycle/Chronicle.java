package dev.gantry.run.lifecycle;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Envelope;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.run.journal.Journal;
import dev.gantry.run.journal.Kind;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one door through which a run changes: the fact is checked against the run's state, numbered,
 * put into the journal (from where it is published once it is durable), and then it is so.
 */
final class Chronicle {
  private static final Logger LOG = Logger.getLogger("dev.gantry.run");

  private final Journal journal;
  private final CloudEventCodec codec;
  private final Runs runs;
  private final Clock clock;
  private final String host;
  private final URI source;

  Chronicle(Records records, Runs runs, String host) {
    this.journal = records.journal();
    this.codec = records.codec();
    this.runs = runs;
    this.clock = records.clock();
    this.host = host;
    this.source = URI.create("/gantry/run-service/" + host);
  }

  /** Records what happened. Only on the run's turn. */
  void record(Run run, RunEvent event) {
    Instant at = time(run).truncatedTo(ChronoUnit.MICROS);
    RunView before = run.view();
    RunView next = before.after(event, at);
    Order.Cause cause = run.order().cause();
    Envelope<RunEvent> fact =
        Envelope.fact(source, at, run.key(), next.sequence(), event)
            .causedBy(cause.eventId(), cause.correlationId())
            .traced(cause.traceparent());
    journal.append(Kind.FACT, run.key(), codec.encode(fact));
    run.view(next);
    if (next.state().isFinal()) {
      runs.freeName(run);
    }
    LOG.infof("run %s %s", run.id().abbreviated(), text(event));
    runs.changed(run, before);
  }

  /** A command has had its effect, and is not to be carried out again after a crash. */
  void done(Run run, Command command) {
    answered(run, command, new Command.Effect.Done());
  }

  /** A command could not be carried out, and is not to be tried again. */
  void refused(Run run, Command command, ReasonCode reason, String message) {
    answered(run, command, new Command.Effect.Refused(reason, message));
  }

  private void answered(Run run, Command command, Command.Effect effect) {
    byte[] position = ByteBuffer.allocate(Long.BYTES).putLong(command.position()).array();
    journal.append(Kind.DONE, run.key(), position);
    command.effect().complete(effect);
  }

  /** The first fact is of the moment at which the request arrived, whatever came in between. */
  private Instant time(Run run) {
    return run.view().sequence() == 0 ? run.view().createdAt() : clock.instant();
  }

  /** What every fact of the run says. */
  RunEvent.About about(Run run) {
    return about(run, run.view().digest());
  }

  /** What every fact of the run says, with the digest that has just become known. */
  RunEvent.About about(Run run, @Nullable String digest) {
    String image = run.order().claimed().image();
    return new RunEvent.About(
        host, image == null ? null : new RunEvent.Image(image, digest), run.view().name());
  }

  private static String text(RunEvent event) {
    return switch (event) {
      case RunEvent.Rejected rejected ->
          "rejected: %s %s".formatted(rejected.reason(), rejected.message());
      case RunEvent.Restarting again ->
          "restarting: %d %s".formatted(again.restarts(), again.reason());
      case RunEvent.Exited exited -> "exited: %d %s".formatted(exited.code(), exited.reason());
      case RunEvent.Lost lost -> "lost: %s".formatted(lost.message());
      case RunEvent.Accepted _,
          RunEvent.Placed _,
          RunEvent.Pulling _,
          RunEvent.Created _,
          RunEvent.Started _,
          RunEvent.Healthy _,
          RunEvent.Unhealthy _,
          RunEvent.Paused _,
          RunEvent.Unpaused _,
          RunEvent.Updated _,
          RunEvent.OomKilled _,
          RunEvent.Stopped _,
          RunEvent.Removed _ ->
          event.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    };
  }
}
