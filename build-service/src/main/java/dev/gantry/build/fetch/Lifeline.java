package dev.gantry.build.fetch;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Ends what a fetch has open, from any thread: whoever waits for it fails at once. Thread-safe. */
public final class Lifeline {
  private final Set<AutoCloseable> held = new LinkedHashSet<>();
  private boolean ended;

  /** Ends the fetch; what it opens later is closed at once. */
  public void end() {
    List<AutoCloseable> now;
    synchronized (this) {
      ended = true;
      now = List.copyOf(held);
      held.clear();
    }
    now.forEach(Lifeline::close);
  }

  /** Whether it was ended. */
  public synchronized boolean ended() {
    return ended;
  }

  /** Closes this when the fetch is ended. */
  void hold(AutoCloseable resource) throws IOException {
    synchronized (this) {
      if (!ended) {
        held.add(resource);
        return;
      }
    }
    close(resource);
    throw new IOException("the fetch was ended");
  }

  synchronized void release(AutoCloseable resource) {
    held.remove(resource);
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      // It is of no use any more either way.
    }
  }
}
