package dev.gantry.build.worker;

import dev.gantry.build.execute.BuildFailedException;
import dev.gantry.build.execute.Cancellation;
import dev.gantry.build.execute.Engine;
import dev.gantry.build.execute.Job;
import dev.gantry.build.execute.Secrets;
import dev.gantry.build.log.BuildLog;
import dev.gantry.build.queue.Claim;
import dev.gantry.build.queue.ClaimLostException;
import dev.gantry.events.BuildEvent;
import dev.gantry.events.ReasonCode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One attempt at one build, from the claim to the fact that ends it. */
final class Attempt {
  private static final System.Logger LOG = System.getLogger(Attempt.class.getName());
  private static final int TRIES_MAX = 3;
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private final BuildWorkers.Parts parts;
  private final Claim claim;
  private final Cancellation cancellation;

  Attempt(BuildWorkers.Parts parts, Claim claim, Cancellation cancellation) {
    this.parts = parts;
    this.claim = claim;
    this.cancellation = cancellation;
  }

  void run() throws InterruptedException {
    try (BuildLog log = parts.logs().append(claim.id())) {
      Optional<BuildEvent> outcome = outcome(log);
      if (outcome.isPresent()) {
        log.say(null, describe(outcome.get()));
        finish(outcome.get());
        parts.contexts().release(claim.spec().context());
      }
    } catch (ClaimLostException e) {
      LOG.log(System.Logger.Level.INFO, e.getMessage());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "build " + claim.id() + ": its files", e);
    }
  }

  /** How it ended; empty where another attempt will say so. */
  private Optional<BuildEvent> outcome(BuildLog log) throws InterruptedException {
    StepFacts facts = new StepFacts(parts.store(), claim);
    try {
      cancellation.check();
      String name = claim.id() + "-" + claim.attempt();
      Engine.Built built =
          parts.engine().build(new Job(name, claim.spec(), log, cancellation, facts, Secrets.NONE));
      facts.flush();
      return Optional.of(
          new BuildEvent.Succeeded(
              built.imageDigest(),
              claim.spec().tags(),
              built.sizeBytes(),
              Duration.between(claim.startedAt(), Instant.now()).toMillis(),
              built.stepsCached(),
              built.stepsTotal()));
    } catch (BuildFailedException e) {
      return cancellation.cause().isPresent() ? cancelled() : failed(facts, e.failure());
    } catch (Cancellation.CancelledException e) {
      return cancelled();
    } catch (ClaimLostException e) {
      throw e;
    } catch (IOException | SQLException | RuntimeException e) {
      return cancellation.cause().isPresent() ? cancelled() : broken(facts, e);
    }
  }

  private static Optional<BuildEvent> failed(StepFacts facts, BuildEvent.Failed failure) {
    facts.flush();
    return Optional.of(failure);
  }

  private Optional<BuildEvent> cancelled() {
    boolean requested =
        cancellation.cause().filter(cause -> cause == Cancellation.Cause.REQUESTED).isPresent();
    return requested
        ? Optional.of(new BuildEvent.Cancelled("cancelled while it ran", null))
        : Optional.empty();
  }

  private Optional<BuildEvent> broken(StepFacts facts, Exception problem) {
    LOG.log(System.Logger.Level.WARNING, "build " + claim.id() + " failed", problem);
    String message = problem.getMessage() == null ? problem.toString() : problem.getMessage();
    ReasonCode reason =
        problem instanceof IOException ? ReasonCode.UNAVAILABLE : ReasonCode.INTERNAL;
    try {
      facts.flush();
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "the last steps of " + claim.id() + " are not known", e);
    }
    return Optional.of(BuildEvent.Failed.because(reason, message));
  }

  private static String describe(BuildEvent outcome) {
    return switch (outcome) {
      case BuildEvent.Succeeded succeeded ->
          "built " + succeeded.imageDigest() + " " + String.join(" ", succeeded.tags());
      case BuildEvent.Failed failed -> "failed: " + failed.message();
      default -> "cancelled";
    };
  }

  /**
   * Writes the end down. While PostgreSQL is away this waits for it; after some tries the lease
   * runs out and the build is taken again, which finds nearly all of it in the cache.
   */
  private void finish(BuildEvent outcome) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        parts.store().finish(claim, outcome);
        return;
      } catch (SQLException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the end of build " + claim.id() + " waits: " + e.getMessage());
        if (tries == TRIES_MAX) {
          return;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MAX.toMillis());
      }
    }
  }
}
