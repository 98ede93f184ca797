package dev.gantry.isolation.sandbox;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sandboxes that stand ready, made one after the other by a thread of its own. Who takes one never
 * waits: where there is none, the way without is as quick as to wait for one. Thread-safe.
 */
final class WarmPool implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WarmPool.class.getName());

  /** Those who start are let pass for this long: they have a client who waits. */
  private static final long COURTESY_NANOS = Duration.ofMillis(20).toNanos();

  private static final Duration RETRY_MAX = Duration.ofMinutes(1);

  /** Makes one, and undoes one. */
  interface Maker {
    WarmSandbox make() throws IOException;

    void discard(WarmSandbox sandbox) throws IOException;
  }

  private final WarmPolicy policy;
  private final Maker maker;
  private final Deque<WarmSandbox> ready = new ArrayDeque<>();
  private final Thread refiller;
  private int starting;
  private boolean closed;

  WarmPool(WarmPolicy policy, Maker maker) {
    this.policy = policy;
    this.maker = maker;
    this.refiller = Thread.ofPlatform().name("warm-sandboxes").daemon().unstarted(this::refill);
    if (policy.size() > 0) {
      refiller.start();
    }
  }

  /** One that can become this; it is the caller's from now on. */
  Optional<WarmSandbox> take(SandboxSpec spec) {
    if (!policy.fits(spec.network())) {
      return Optional.empty();
    }
    synchronized (this) {
      WarmSandbox first = ready.poll();
      notifyAll();
      return Optional.ofNullable(first);
    }
  }

  /** How many stand ready. */
  synchronized int size() {
    return ready.size();
  }

  /** A start begins: {@link #finished} tells when it is over. */
  synchronized void began() {
    starting++;
  }

  synchronized void finished() {
    starting--;
    notifyAll();
  }

  /** Ends the thread and everything that stands ready. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      refiller.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    IOException failure = null;
    for (WarmSandbox sandbox = poll(); sandbox != null; sandbox = poll()) {
      try {
        maker.discard(sandbox);
      } catch (IOException e) {
        failure = e; // the others are discarded all the same; this one at the next start
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private synchronized @Nullable WarmSandbox poll() {
    return ready.poll();
  }

  private void refill() {
    Duration retry = Duration.ofMillis(500);
    try {
      while (awaitRoom()) {
        try {
          add(maker.make());
          retry = Duration.ofMillis(500);
        } catch (IOException | RuntimeException e) {
          LOG.log(System.Logger.Level.WARNING, "no sandbox can be made ready: {0}", e.getMessage());
          pause(retry);
          retry =
              retry.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? retry.multipliedBy(2) : RETRY_MAX;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until one is missing and it is its time; whether there will ever be one. */
  private synchronized boolean awaitRoom() throws InterruptedException {
    while (!closed && ready.size() >= policy.size()) {
      wait();
    }
    long deadline = System.nanoTime() + COURTESY_NANOS;
    long left = COURTESY_NANOS;
    while (!closed && starting > 0 && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
    return !closed;
  }

  private void add(WarmSandbox made) {
    synchronized (this) {
      ready.add(made);
    }
    var _ = made.ended().thenRun(() -> died(made));
  }

  /** It was killed while it waited. */
  private void died(WarmSandbox sandbox) {
    synchronized (this) {
      if (!ready.remove(sandbox)) {
        return;
      }
      notifyAll();
    }
    try {
      maker.discard(sandbox);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} is removed at the next start: {1}",
          sandbox.name(),
          e.getMessage());
    }
  }

  private synchronized void pause(Duration time) throws InterruptedException {
    if (!closed) {
      wait(time.toMillis());
    }
  }
}
