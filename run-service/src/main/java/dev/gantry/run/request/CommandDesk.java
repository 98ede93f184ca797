package dev.gantry.run.request;

import dev.gantry.bus.RequestConsumer.Verdict;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Decoded;
import dev.gantry.events.Envelope;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunRequest;
import dev.gantry.events.Signal;
import dev.gantry.run.journal.Frame;
import dev.gantry.run.journal.Journal;
import dev.gantry.run.journal.Kind;
import dev.gantry.run.lifecycle.Command;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.RemoveOrder;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.lifecycle.StopOrder;
import dev.gantry.run.publish.DeadLetter;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Commands to runs from the bus. One to a run that is not known is kept in the journal for a
 * moment, since its request may be on its way on another partition; then it becomes a dead letter.
 * Nobody else's records wait for it.
 */
public final class CommandDesk {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int DEFERRED_MAX = 1_000;

  private final CloudEventCodec codec;
  private final Runs runs;
  private final Lifecycle lifecycle;
  private final Journal journal;
  private final Clock clock;
  private final Map<Long, DeferredCommand> deferred = new ConcurrentSkipListMap<>();

  private sealed interface Answer {
    record Done() implements Answer {}

    record Unknown() implements Answer {}

    record Refused(ReasonCode reason, String message) implements Answer {}
  }

  public CommandDesk(
      CloudEventCodec codec, Runs runs, Lifecycle lifecycle, Journal journal, Clock clock) {
    this.codec = codec;
    this.runs = runs;
    this.lifecycle = lifecycle;
    this.journal = journal;
    this.clock = clock;
  }

  /** Takes up again what had been deferred when the service ended. */
  public void restore(Map<Long, byte[]> commands) {
    commands.forEach(
        (position, payload) -> deferred.put(position, DeferredCommand.decode(payload)));
  }

  /** Looks at deferred commands again: some can be carried out now, some have waited too long. */
  public void review() {
    deferred.forEach(
        (position, command) -> {
          switch (carryOut(command)) {
            case Answer.Done _ -> settle(position);
            case Answer.Refused(ReasonCode reason, String message) -> {
              bury(command.origin(), reason, message);
              settle(position);
            }
            case Answer.Unknown _ -> {
              if (clock.instant().isAfter(command.until())) {
                bury(command.origin(), ReasonCode.RUN_NOT_FOUND, "no run appeared under that name");
                settle(position);
              }
            }
          }
        });
  }

  /** Whether a command waits: then {@link #review} is to be called soon. */
  public boolean waiting() {
    return !deferred.isEmpty();
  }

  /** Whether the command at this position of the journal waits still. */
  public boolean waiting(long position) {
    return deferred.containsKey(position);
  }

  Verdict take(Envelope<RunRequest> command, DeadLetter.Origin record) {
    return switch (carryOut(command)) {
      case Answer.Done _ -> new Verdict.Accepted();
      case Answer.Refused(ReasonCode reason, String message) ->
          new Verdict.Refused(reason.name(), message);
      case Answer.Unknown _ -> defer(record);
    };
  }

  private Verdict defer(DeadLetter.Origin record) {
    if (deferred.size() >= DEFERRED_MAX) {
      return new Verdict.Refused(
          ReasonCode.RUN_NOT_FOUND.name(), "no such run, and too many commands wait for theirs");
    }
    DeferredCommand command = new DeferredCommand(record, clock.instant().plus(PATIENCE));
    Frame frame = journal.append(Kind.DEFERRED, "", command.encode()).join();
    deferred.put(frame.position(), command);
    return new Verdict.Accepted();
  }

  private Answer carryOut(DeferredCommand command) {
    return codec.decode(command.origin().value(), command.origin().headers())
                instanceof Decoded.Ok(var envelope)
            && envelope.data() instanceof RunRequest request
        ? carryOut(Envelope.request(envelope.id(), envelope.source(), envelope.time(), request))
        : new Answer.Refused(ReasonCode.INVALID_CLOUD_EVENT, "not readable any more");
  }

  private Answer carryOut(Envelope<RunRequest> envelope) {
    return switch (envelope.data()) {
      case RunRequest.StopRequested(String run, Integer graceSeconds, Signal signal) -> {
        String name = signal == null ? null : signal.name();
        yield withRun(
            run,
            found ->
                lifecycle
                    .stop(found.id(), StopOrder.of(name, graceSeconds, clock.instant()))
                    .join());
      }
      case RunRequest.RemoveRequested(String run, boolean force, boolean volumes) ->
          remove(run, new RemoveOrder(force, volumes));
      case RunRequest.KillRequested kill -> command(kill.run(), envelope);
      case RunRequest.PauseRequested pause -> command(pause.run(), envelope);
      case RunRequest.UnpauseRequested unpause -> command(unpause.run(), envelope);
      case RunRequest.RestartRequested restart -> command(restart.run(), envelope);
      case RunRequest.UpdateRequested update -> command(update.run(), envelope);
      case RunRequest.Requested _ -> throw new IllegalArgumentException("not a command");
    };
  }

  private Answer remove(String run, RemoveOrder order) {
    if (!order.force()
        && runs.find(run) instanceof Runs.Lookup.Found(RunView found)
        && !found.state().hasOutcome()) {
      return new Answer.Refused(
          ReasonCode.RUN_IS_RUNNING, "run %s is %s".formatted(found.id(), found.state().label()));
    }
    return withRun(run, found -> lifecycle.remove(found.id(), order).join());
  }

  private Answer command(String run, Envelope<RunRequest> envelope) {
    if (runs.find(run) instanceof Runs.Lookup.Found(RunView found)
        && !lifecycle.knows(found.id(), envelope)) {
      Optional<Command.Effect.Refused> refusal = Permission.refusal(found, envelope.data());
      if (refusal.isPresent()) {
        return new Answer.Refused(refusal.get().reason(), refusal.get().message());
      }
    }
    return withRun(run, found -> lifecycle.command(found.id(), envelope).durable().join());
  }

  private Answer withRun(String run, java.util.function.Consumer<RunView> action) {
    return switch (runs.find(run)) {
      case Runs.Lookup.Found(RunView found) -> {
        action.accept(found);
        yield new Answer.Done();
      }
      case Runs.Lookup.Ambiguous(int matches) ->
          new Answer.Refused(
              ReasonCode.RUN_AMBIGUOUS, "%d runs have ids that begin so".formatted(matches));
      case Runs.Lookup.Unknown _ -> new Answer.Unknown();
    };
  }

  private void bury(DeadLetter.Origin origin, ReasonCode reason, String message) {
    DeadLetter letter = DeadLetter.of(origin, reason, message, clock.instant());
    var _ = journal.append(Kind.DEAD_LETTER, "", letter.encode());
  }

  private void settle(long position) {
    deferred.remove(position);
    var _ =
        journal.append(Kind.SETTLED, "", ByteBuffer.allocate(Long.BYTES).putLong(position).array());
  }
}
