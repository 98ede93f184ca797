package dev.gantry.run.lifecycle;

import dev.gantry.events.Connection;
import dev.gantry.events.HealthCheck;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.isolation.sandbox.ExitRecord;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.run.health.Checkup;
import dev.gantry.run.health.Checkups;
import dev.gantry.run.health.ProbeResult;
import dev.gantry.run.health.Streak;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What is to be looked at while a process runs. All methods only on the run's turn. */
final class Attending {
  private static final Logger LOG = Logger.getLogger(Attending.class);

  private final Chronicle chronicle;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private final Checkups checkups;
  private final Listener listener;

  /** What is told of runs. */
  interface Listener {
    /** The attempt of this sandbox has ended. */
    void exited(Run run, Sandbox sandbox, ExitRecord record);

    /** Its time to live is over. */
    void expired(Run run);
  }

  Attending(Chronicle chronicle, Clock clock, ScheduledExecutorService timer, Listener listener) {
    this.chronicle = chronicle;
    this.clock = clock;
    this.timer = timer;
    this.checkups = new Checkups(new Checkup.Time(clock, timer));
    this.listener = listener;
  }

  /** Looks after a sandbox from now on, until it ends. */
  void attend(Run run, Sandbox sandbox) {
    run.sandbox = sandbox;
    run.latest = sandbox;
    var _ =
        sandbox.exit().thenAccept(record -> run.turn(() -> listener.exited(run, sandbox, record)));
    if (!(run.view().state() instanceof RunLifecycle.Running running)) {
      return; // It could not be executed: its exit is on its way.
    }
    keepMounts(run, sandbox);
    watchMemory(run, sandbox);
    HealthCheck check = run.check;
    if (check != null) {
      watchHealth(run, sandbox, running, check);
    }
    watchAge(run);
  }

  /** Nothing is to be looked at until the next attempt. */
  static void leave(Run run) {
    Checkup checkup = run.checkup;
    if (checkup != null) {
      checkup.close();
      run.checkup = null;
    }
  }

  /** The run is over: its age does not matter any more. */
  static void forget(Run run) {
    leave(run);
    Future<?> expiry = run.expiry;
    if (expiry != null) {
      expiry.cancel(false);
      run.expiry = null;
    }
  }

  private static void keepMounts(Run run, Sandbox sandbox) {
    try {
      sandbox.keepMounts();
    } catch (IOException e) {
      LOG.debugf("the end of run %s is known when its mounts are gone: %s", run.id(), e);
    }
  }

  private void watchMemory(Run run, Sandbox sandbox) {
    try {
      sandbox.onOom(_ -> run.turn(() -> outOfMemory(run, sandbox)));
    } catch (IOException e) {
      // It is told with the exit.
      LOG.warnf("run %s: kills for want of memory are not seen: %s", run.id(), e.getMessage());
    }
  }

  private void outOfMemory(Run run, Sandbox sandbox) {
    if (sandbox.equals(run.sandbox)
        && run.view().state() instanceof RunLifecycle.Running running
        && !running.oomKilled()) {
      chronicle.record(run, new RunEvent.OomKilled(chronicle.about(run)));
    }
  }

  private void watchHealth(
      Run run, Sandbox sandbox, RunLifecycle.Running running, HealthCheck check) {
    Checkups.Patient patient =
        new Checkups.Patient(sandbox, address(run, running), sandbox.startedAt(), running.health());
    checkups
        .begin(
            check,
            patient,
            (streak, result) -> run.turn(() -> checked(run, sandbox, streak, result)))
        .ifPresent(
            checkup -> {
              run.checkup = checkup;
              if (running.paused()) {
                checkup.hold();
              }
            });
  }

  private static @Nullable InetAddress address(Run run, RunLifecycle.Running running) {
    String address = running.address();
    if (address != null) {
      return InetAddress.ofLiteral(address);
    }
    boolean ofHost =
        run.view()
            .spec()
            .filter(spec -> spec.networking().connection() instanceof Connection.Host)
            .isPresent();
    return ofHost ? InetAddress.getLoopbackAddress() : null;
  }

  private void checked(Run run, Sandbox sandbox, Streak streak, ProbeResult result) {
    if (!sandbox.equals(run.sandbox)
        || !(run.view().state() instanceof RunLifecycle.Running running)
        || running.health() == streak.health()) {
      return;
    }
    switch (streak.health()) {
      case HEALTHY -> chronicle.record(run, new RunEvent.Healthy(chronicle.about(run)));
      case UNHEALTHY ->
          chronicle.record(
              run,
              new RunEvent.Unhealthy(chronicle.about(run), streak.failures(), result.output()));
      case NONE, STARTING -> {}
    }
  }

  private void watchAge(Run run) {
    Instant first = run.view().history().firstStartedAt();
    Integer ttl = run.view().spec().map(spec -> spec.stopping().ttlSeconds()).orElse(null);
    if (ttl == null || first == null || run.expiry != null) {
      return;
    }
    Duration left = Duration.between(clock.instant(), first.plusSeconds(ttl));
    run.expiry =
        timer.schedule(
            () -> run.turn(() -> listener.expired(run)),
            Math.max(0, left.toMillis()),
            TimeUnit.MILLISECONDS);
  }
}
