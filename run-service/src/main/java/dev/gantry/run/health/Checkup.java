package dev.gantry.run.health;

import dev.gantry.events.HealthCheck;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Probes one attempt of a run again and again, until it is closed. There is one probe at a time, on
 * a thread that costs nobody else anything. Thread-safe.
 */
public final class Checkup implements AutoCloseable {
  private static final int RESULTS_KEPT = 5;

  /** An image can ask for less, and would be paid for by everybody. */
  private static final long PAUSE_MILLIS_MIN = 50;

  private final Probe probe;
  private final HealthCheck.Timing timing;
  private final Instant startedAt;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private final BiConsumer<Streak, ProbeResult> listener;
  private final Deque<ProbeResult> latest = new ArrayDeque<>();
  private Streak streak;
  private @Nullable Future<?> next;
  private boolean held;
  private boolean closed;

  /** What a checkup tells the time by, and waits with. */
  public record Time(Clock clock, ScheduledExecutorService timer) {}

  /**
   * A checkup that has not begun.
   *
   * @param startedAt when the attempt did: its start period counts from here
   * @param streak where it stands
   * @param listener told of every result and what they amount to with it; must not block
   */
  Checkup(
      Probe probe,
      HealthCheck.Timing timing,
      Instant startedAt,
      Streak streak,
      Time time,
      BiConsumer<Streak, ProbeResult> listener) {
    this.probe = probe;
    this.timing = timing;
    this.startedAt = startedAt;
    this.streak = streak;
    this.clock = time.clock();
    this.timer = time.timer();
    this.listener = listener;
  }

  /** Begins: the first probe comes after the first pause. */
  synchronized void begin() {
    schedule(streak.pause(clock.instant(), startedAt, timing));
  }

  /** Lets no probe begin until {@link #release}: the run stands still, and would only be late. */
  public synchronized void hold() {
    held = true;
  }

  /** Goes on as before; does nothing when it was not held. */
  public synchronized void release() {
    held = false;
  }

  /** Failures in a row that count, so far. */
  public synchronized int failures() {
    return streak.failures();
  }

  /** The latest results, the oldest first. */
  public synchronized List<ProbeResult> latest() {
    return List.copyOf(latest);
  }

  /** No more probes; one that is under way ends, and is not told. A repeated call does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    Future<?> waiting = next;
    if (waiting != null) {
      waiting.cancel(false);
    }
    probe.close();
  }

  private void schedule(Duration pause) {
    if (closed) {
      return;
    }
    try {
      next =
          timer.schedule(
              () -> Thread.startVirtualThread(this::look),
              Math.max(pause.toMillis(), PAUSE_MILLIS_MIN),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException _) {
      closed = true; // The service ends.
    }
  }

  private void look() {
    synchronized (this) {
      if (closed) {
        return;
      }
      if (held) {
        schedule(timing.interval());
        return;
      }
    }
    Instant begun = clock.instant();
    Probe.Finding finding = finding();
    ProbeResult result = new ProbeResult(begun, clock.instant(), finding.ok(), finding.output());
    synchronized (this) {
      if (closed) {
        return;
      }
      if (!held) { // One that was overtaken by a pause says nothing about the run.
        take(result);
      }
      schedule(streak.pause(clock.instant(), startedAt, timing));
    }
  }

  private void take(ProbeResult result) {
    streak = streak.after(result, startedAt, timing);
    latest.addLast(result);
    if (latest.size() > RESULTS_KEPT) {
      latest.removeFirst();
    }
    listener.accept(streak, result);
  }

  private Probe.Finding finding() {
    try {
      return probe.look(timing.timeout());
    } catch (IOException e) {
      return new Probe.Finding(false, String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Probe.Finding(false, "interrupted");
    } catch (RuntimeException e) {
      return new Probe.Finding(false, e.toString());
    }
  }
}
