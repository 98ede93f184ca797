package dev.gantry.build.execute;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A wish that a build end, and whoever must hear of it at once. Thread-safe. */
public final class Cancellation {
  /** Why a build is to end before it is done. */
  public enum Cause {
    /** Somebody asked for it: it ends as cancelled. */
    REQUESTED,
    /** The service stops, or another worker has the build: it ends here without a word. */
    ABANDONED,
    /** It took longer than it may. */
    EXPIRED,
    /** A part of it failed: the others need not go on. */
    FAILED
  }

  private final Set<Runnable> listeners = new LinkedHashSet<>();
  private Optional<Cause> cause = Optional.empty();

  /** Thrown where work stops because of it. */
  public static final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CancelledException() {
      super("cancelled", null, false, false);
    }
  }

  /** Wishes for the end; the first cause stays. Runs the listeners, which must not block. */
  public void cancel(Cause why) {
    List<Runnable> told;
    synchronized (this) {
      if (cause.isPresent()) {
        return;
      }
      cause = Optional.of(why);
      told = List.copyOf(listeners);
    }
    told.forEach(Runnable::run);
  }

  /** Why, once it is wished for. */
  public synchronized Optional<Cause> cause() {
    return cause;
  }

  /**
   * Goes on only while nobody wishes for the end.
   *
   * @throws CancelledException when somebody does
   */
  public void check() {
    if (cause().isPresent()) {
      throw new CancelledException();
    }
  }

  /** Runs the listener when somebody wishes for the end, at once if that has happened. */
  public void listen(Runnable listener) {
    synchronized (this) {
      if (cause.isEmpty()) {
        listeners.add(listener);
        return;
      }
    }
    listener.run();
  }

  /** Forgets a listener. */
  public synchronized void forget(Runnable listener) {
    listeners.remove(listener);
  }
}
