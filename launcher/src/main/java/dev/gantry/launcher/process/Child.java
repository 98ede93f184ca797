package dev.gantry.launcher.process;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process that is kept alive: started again, with growing pauses, whenever it ends before it is
 * told to. It ends with this JVM (SIGTERM by parent-death signal), however the JVM ends.
 */
public final class Child {
  private static final long LOG_BYTES_MAX = 10L << 20;
  private static final int LOG_FILES = 3;
  private static final long PROBE_MILLIS = 50;

  private final ChildSpec spec;
  private final Consumer<ChildStatus> listener;
  private final RotatingLog log;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread owner;
  private volatile ChildStatus status = new ChildStatus.Starting(0, Instant.EPOCH, 0);

  /** Nothing runs yet. The listener hears of every change, from several threads. */
  public Child(ChildSpec spec, Consumer<ChildStatus> listener) throws IOException {
    this.spec = spec;
    this.listener = listener;
    this.log = new RotatingLog(spec.log(), LOG_BYTES_MAX, LOG_FILES);
    // The parent-death signal follows the thread that spawns, so one thread spawns and stays.
    this.owner = Thread.ofPlatform().name(spec.name()).unstarted(this::keepAlive);
  }

  /** Begins; returns at once. */
  public void start() {
    owner.start();
  }

  /** What it is doing. */
  public ChildStatus status() {
    return status;
  }

  /** How it is run. */
  public ChildSpec spec() {
    return spec;
  }

  /**
   * Asks it to end and waits; after {@code patience} it is killed. When this returns, it is gone
   * and will not be started again.
   */
  public void stop(Duration patience) throws InterruptedException {
    stopping.countDown();
    long deadline = System.nanoTime() + patience.toNanos();
    if (owner.isAlive() && !owner.join(patience)) {
      log.line("gantry: killed after " + patience.toSeconds() + " s");
      ChildStatus last = status;
      ProcessHandle.of(last.pid()).ifPresent(ProcessHandle::destroyForcibly);
      owner.join(Duration.ofNanos(Math.max(deadline - System.nanoTime(), 0)).plusSeconds(5));
    }
    change(new ChildStatus.Stopped(status.starts()));
  }

  private void keepAlive() {
    Backoff backoff = new Backoff();
    int starts = 0;
    while (!isStopping()) {
      starts++;
      Instant startedAt = Instant.now();
      int code = live(starts);
      if (isStopping()) {
        return;
      }
      Duration pause = backoff.after(Duration.between(startedAt, Instant.now()));
      log.line("gantry: " + spec.name() + " ended with " + code + ", starts in " + pause);
      change(new ChildStatus.Dead(starts, code));
      if (await(pause)) {
        return;
      }
    }
  }

  /** One life from start to end; the exit code, or 127 when it could not be started. */
  private int live(int starts) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(spec.command())
              .directory(spec.directory().toFile())
              .redirectErrorStream(true);
      builder.environment().putAll(spec.environment());
      Process process = builder.start();
      process.getOutputStream().close();
      Instant started = process.info().startInstant().orElseGet(Instant::now);
      change(new ChildStatus.Starting(process.pid(), started, starts));
      Thread.ofPlatform().daemon().name(spec.name() + "-log").start(() -> pump(process));
      Thread.ofVirtual().start(() -> probe(process, started, starts));
      Thread.ofVirtual().start(() -> stopWhenAsked(process));
      return process.waitFor();
    } catch (IOException e) {
      log.line("gantry: cannot start " + spec.name() + ": " + e.getMessage());
      return 127;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the owner of " + spec.name(), e);
    }
  }

  private void pump(Process process) {
    byte[] buffer = new byte[8192];
    try (InputStream in = process.getInputStream()) {
      for (int n; (n = in.read(buffer)) >= 0; ) {
        log.write(buffer, n);
      }
    } catch (IOException ended) {
      // The process is gone; its owner notices.
    }
  }

  private void probe(Process process, Instant started, int starts) {
    while (process.isAlive() && !isStopping()) {
      if (isReady()) {
        ready(new ChildStatus.Ready(process.pid(), started, starts));
        return;
      }
      await(Duration.ofMillis(PROBE_MILLIS));
    }
  }

  private boolean isReady() {
    try {
      return spec.ready().test();
    } catch (Exception notYet) {
      return false;
    }
  }

  private void stopWhenAsked(Process process) {
    try {
      while (process.isAlive()) {
        if (stopping.await(1, TimeUnit.SECONDS)) {
          spec.stop().request(process);
          return;
        }
      }
    } catch (Exception e) {
      log.line("gantry: cannot stop " + spec.name() + " in order: " + e.getMessage());
      process.destroy();
    }
  }

  /** Unless it died meanwhile. */
  private synchronized void ready(ChildStatus.Ready ready) {
    if (status instanceof ChildStatus.Starting && status.pid() == ready.pid()) {
      change(ready);
    }
  }

  private synchronized void change(ChildStatus next) {
    status = next;
    listener.accept(next);
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Waits; true when it is to stop. */
  private boolean await(Duration pause) {
    try {
      return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts " + spec.name(), e);
    }
  }
}
