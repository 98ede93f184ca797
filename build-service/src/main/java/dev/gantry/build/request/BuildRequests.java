package dev.gantry.build.request;

import dev.gantry.build.queue.BuildState;
import dev.gantry.build.queue.BuildStore;
import dev.gantry.build.queue.Submission;
import dev.gantry.build.queue.Submitted;
import dev.gantry.build.worker.BuildWorkers;
import dev.gantry.events.BuildEvent;
import dev.gantry.events.BuildRequest;
import dev.gantry.events.Decoded;
import dev.gantry.events.EntityId;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import dev.gantry.events.ReasonCode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What requests do, wherever they come from. Thread-safe. */
public final class BuildRequests {
  private static final Duration APPEARS = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final BuildStore store;
  private final BuildWorkers workers;

  /** Requests go to this store, and wake these workers. */
  public BuildRequests(BuildStore store, BuildWorkers workers) {
    this.store = store;
    this.workers = workers;
  }

  /** What became of a request from the bus. */
  public sealed interface Answer {
    /** It is durable, or answered by a fact. */
    record Taken() implements Answer {}

    /** Nobody can take it. */
    record Dead(ReasonCode reason, String message) implements Answer {}
  }

  /** Takes a request; an exception says that it cannot be told yet what becomes of it. */
  public Answer take(Decoded decoded) throws SQLException, InterruptedException {
    return switch (decoded) {
      case Decoded.Malformed malformed -> new Answer.Dead(malformed.reason(), malformed.detail());
      case Decoded.Refused refused -> refuse(refused);
      case Decoded.Ok ok -> take(ok.envelope());
    };
  }

  private Answer take(Envelope<? extends Event> envelope)
      throws SQLException, InterruptedException {
    return switch (envelope.data()) {
      case BuildRequest.Requested requested -> {
        String id = id(envelope.source().toString(), envelope.id());
        if (submit(Submission.ofBus(envelope, id, requested.spec())) == Submitted.FULL) {
          throw new IllegalStateException("the queue is full: requests wait in Kafka");
        }
        yield new Answer.Taken();
      }
      case BuildRequest.CancelRequested cancel -> cancel(cancel.build());
      default ->
          new Answer.Dead(
              ReasonCode.UNKNOWN_EVENT_TYPE, envelope.type().name() + " is no request for builds");
    };
  }

  private Answer refuse(Decoded.Refused refused) throws SQLException {
    String message = refused.problem().field() + ": " + refused.problem().message();
    if (refused.type().payload() != BuildRequest.Requested.class) {
      return new Answer.Dead(refused.problem().reason(), message);
    }
    store.refuse(
        id(refused.source().toString(), refused.id()),
        refused.id(),
        BuildEvent.Failed.because(refused.problem().reason(), message));
    return new Answer.Taken();
  }

  /** The build that a request with these CloudEvents attributes names. */
  public static String id(String source, String request) {
    return EntityId.derive(EntityId.Kind.BUILD, source, request).value();
  }

  /** Accepts a build; durable when this returns, if it is new. */
  public Submitted submit(Submission submission) throws SQLException {
    Submitted submitted = store.submit(submission);
    if (submitted == Submitted.NEW) {
      workers.wake();
    }
    return submitted;
  }

  /** A request to cancel may overtake the request to build, which has another key. */
  private Answer cancel(String build) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + APPEARS.toNanos();
    while (cancelNow(build).isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        return new Answer.Dead(ReasonCode.BUILD_NOT_FOUND, "there is no build " + build);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
    return new Answer.Taken();
  }

  /** Cancels a build; its state before, empty where there is none. */
  public Optional<BuildState> cancelNow(String build) throws SQLException {
    Optional<BuildState> before = store.cancel(build, null);
    if (before.isPresent() && before.get() == BuildState.RUNNING) {
      workers.cancel(build);
    }
    return before;
  }
}
