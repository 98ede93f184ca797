package dev.gantry.build.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Looks again and again, up to a generous deadline. */
final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private Await() {}

  static <T> T value(String what, Callable<Optional<T>> look) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        Optional<T> value = look.call();
        if (value.isPresent()) {
          return value.get();
        }
        if (System.nanoTime() > deadline) {
          throw new AssertionError("no " + what + " within " + PATIENCE);
        }
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } catch (Exception e) {
        throw new AssertionError(what + ": " + e, e);
      }
    }
  }

  static void until(String what, Callable<Boolean> look) {
    value(what, () -> look.call() ? Optional.of(true) : Optional.empty());
  }
}
