package dev.gantry.image.mirror;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Many who want the same at the same time, one question: in a thread of its own, so that it is
 * answered whoever leaves. Thread-safe.
 */
final class SingleFlight {
  private final ConcurrentHashMap<Object, CompletableFuture<Answer<?>>> flights =
      new ConcurrentHashMap<>();
  private final Semaphore places;
  private final Duration patience;

  /** So many questions at a time at most, each no longer than this. */
  SingleFlight(int max, Duration patience) {
    this.places = new Semaphore(max);
    this.patience = patience;
  }

  /**
   * The answer of this question, or of the one with the same key that is under way.
   *
   * @param key says wholly what is asked, and so of which type the answer is
   */
  @SuppressWarnings("unchecked")
  <T> Answer<T> ask(Object key, Supplier<Answer<T>> question) throws IOException {
    CompletableFuture<Answer<?>> mine = new CompletableFuture<>();
    CompletableFuture<Answer<?>> first = flights.putIfAbsent(key, mine);
    if (first != null) {
      return (Answer<T>) await(first);
    }
    Thread thread = Thread.ofVirtual().unstarted(() -> fly(key, question, mine));
    thread.start();
    try {
      return (Answer<T>) await(mine);
    } finally {
      thread.interrupt(); // Done, or taking longer than anybody waits.
    }
  }

  private <T> void fly(
      Object key, Supplier<Answer<T>> question, CompletableFuture<Answer<?>> into) {
    try {
      if (places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          into.complete(question.get());
        } finally {
          places.release();
        }
      } else {
        into.complete(new Answer.Nothing<>(new Failure.Limited(Failure.WAIT)));
      }
    } catch (InterruptedException e) {
      into.complete(new Answer.Nothing<>(new Failure.Away("the upstream takes too long")));
    } catch (RuntimeException e) {
      into.completeExceptionally(e);
    } finally {
      flights.remove(key, into);
    }
  }

  private Answer<?> await(CompletableFuture<Answer<?>> flight) throws IOException {
    try {
      return flight.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Answer.Nothing<>(new Failure.Away("the upstream takes too long"));
    } catch (ExecutionException e) {
      throw new IOException("a mirrored registry could not be asked", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while an upstream was asked");
    }
  }
}
