package dev.gantry.run.http;

import dev.gantry.events.ReasonCode;
import dev.gantry.run.problem.ProblemException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What is answered with 202 is in the journal. */
public final class Durable {
  private static final long SECONDS_MAX = 10;

  private Durable() {}

  /**
   * Waits, at most 10 seconds, until the journal has it.
   *
   * @throws ProblemException when the journal cannot be written
   */
  public static void await(CompletableFuture<?> durable) {
    try {
      durable.get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new ProblemException(
          ReasonCode.UNAVAILABLE, "the journal cannot be written at the moment: " + e);
    }
  }
}
