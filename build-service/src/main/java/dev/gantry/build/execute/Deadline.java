package dev.gantry.build.execute;

import dev.gantry.events.ReasonCode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Ends a build that takes longer than it may; or when its job is cancelled, as that says. */
final class Deadline implements AutoCloseable {
  private final Cancellation job;
  private final Cancellation own = new Cancellation();
  private final Duration patience;
  private final Runnable listener = this::follow;
  private final CompletableFuture<Void> alarm;

  private Deadline(Cancellation job, Duration patience) {
    this.job = job;
    this.patience = patience;
    Executor later = CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS);
    this.alarm = CompletableFuture.runAsync(() -> own.cancel(Cancellation.Cause.EXPIRED), later);
  }

  /** From now on. */
  static Deadline of(Cancellation job, Duration patience) {
    Deadline deadline = new Deadline(job, patience);
    job.listen(deadline.listener);
    return deadline;
  }

  private void follow() {
    job.cause().ifPresent(own::cancel);
  }

  /** The wish that the work should heed. */
  Cancellation cancellation() {
    return own;
  }

  /** Work that this ends. */
  @FunctionalInterface
  interface Work<T> {
    T call() throws BuildFailedException, IOException, SQLException, InterruptedException;
  }

  /** Works; the end of the time is a failure of the build. */
  <T> T watch(Work<T> work)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    try {
      return work.call();
    } catch (BuildFailedException
        | IOException
        | SQLException
        | Cancellation.CancelledException e) {
      job.check();
      if (own.cause().filter(cause -> cause == Cancellation.Cause.EXPIRED).isPresent()) {
        throw BuildFailedException.because(
            ReasonCode.TIMEOUT, "the build took longer than " + patience);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    alarm.cancel(false);
    job.forget(listener);
  }
}
