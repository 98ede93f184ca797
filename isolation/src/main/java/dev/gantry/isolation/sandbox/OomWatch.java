package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.OomCounter;
import dev.gantry.linux.process.PidWatcher;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Tells somebody of processes of a sandbox that were killed for want of memory. */
final class OomWatch {
  private final OomCounter counter;
  private final LongConsumer listener;
  private long told;

  private OomWatch(OomCounter counter, LongConsumer listener) {
    this.counter = counter;
    this.listener = listener;
  }

  /**
   * Begins; what was counted before is told at once. The result ends it, and tells of what nobody
   * rang for yet: version 2 may ring 10 ms after a kill, when nobody is left.
   */
  static Runnable begin(PidWatcher watcher, OomCounter counter, LongConsumer listener)
      throws IOException {
    OomWatch watch = new OomWatch(counter, listener);
    Runnable mute = watcher.answer(counter.bell(), () -> watch.tell(true));
    Thread.startVirtualThread(() -> watch.tell(false)); // of a time when nobody watched
    return () -> {
      mute.run();
      watch.tell(false);
    };
  }

  private synchronized void tell(boolean rung) {
    try {
      long count = rung ? counter.awaitMoreThan(told) : counter.read();
      if (count > told) {
        told = count;
        listener.accept(count);
      }
    } catch (IOException e) {
      // The group is gone: its exit record says how it ended.
    }
  }
}
