package dev.gantry.run.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.events.EntityId;
import dev.gantry.events.Health;
import dev.gantry.events.ProcessSettings;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.events.RestartPolicy;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.run.health.Checkup;
import dev.gantry.run.health.ProbeResult;
import dev.gantry.run.lifecycle.RunView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A run as the HTTP API shows it.
 *
 * @param state requested, accepted, placed, pulling, created, running, restarting, exited, stopped,
 *     removed, rejected or lost
 * @param health absent when it has no check, or does not run
 * @param restarts how often it has been started again
 * @param nextStartAt when it will be, while it waits for that
 * @param restart the policy that is in force
 * @param resources the limits that are in force
 * @param request as it was asked for; not in lists
 * @param sequence of its last fact
 * @param error why it was rejected or lost
 * @param tty whether it has a terminal
 * @param stdin whether its input is open for whoever attaches
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunDocument(
    String id,
    @Nullable String name,
    String state,
    @Nullable Image image,
    String host,
    @Nullable Long pid,
    @Nullable String address,
    List<RunEvent.Port> ports,
    @Nullable Exit exit,
    @Nullable Failure error,
    Map<String, String> labels,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant exitedAt,
    @Nullable HealthState health,
    boolean paused,
    int restarts,
    @Nullable Instant nextStartAt,
    RestartPolicy restart,
    @Nullable Resources resources,
    @Nullable JsonNode request,
    long sequence,
    boolean tty,
    boolean stdin) {

  /**
   * Whether it does its work.
   *
   * @param failures of probes in a row that count
   * @param probes the latest results, the oldest first; not in lists
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HealthState(
      Health status, @Nullable Integer failures, @Nullable List<ProbeResult> probes) {}

  /** What it runs. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Image(String reference, @Nullable String digest) {}

  /** How it ended. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Exit(
      int code,
      @Nullable Integer signal,
      boolean oomKilled,
      ReasonCode reason,
      @Nullable String message) {}

  /** Why it was rejected or lost. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Failure(ReasonCode reason, @Nullable String message, @Nullable String field) {}

  private record Process(
      @Nullable Long pid,
      @Nullable String address,
      List<RunEvent.Port> ports,
      @Nullable Instant startedAt) {
    static final Process NONE = new Process(null, null, List.of(), null);
  }

  /** A run of this host, as in a list. */
  public static RunDocument of(RunView run, String host) {
    RunEvent.Exited exited = run.exit();
    Process process = process(run.state());
    String reference = run.order().claimed().image();
    return new RunDocument(
        run.id().value(),
        run.name(),
        run.state().label(),
        reference == null ? null : new Image(reference, run.digest()),
        host,
        process.pid(),
        process.address(),
        process.ports(),
        exited == null ? null : exit(exited),
        failure(run.state()),
        run.order().claimed().labels(),
        run.createdAt(),
        exited == null ? process.startedAt() : exited.startedAt(),
        exited == null ? null : exited.exitedAt(),
        health(run.state()),
        run.state() instanceof RunLifecycle.Running running && running.paused(),
        run.history().restarts(),
        nextStartAt(run.state()),
        run.restart(),
        null,
        null,
        run.sequence(),
        process(run, ProcessSettings::tty),
        process(run, ProcessSettings::stdin));
  }

  private static boolean process(RunView run, Predicate<ProcessSettings> flag) {
    return run.spec().map(RunSpec::process).filter(flag).isPresent();
  }

  /** The same with everything that is known of it. */
  public RunDocument inspected(RunView run, Optional<Checkup> checkup) {
    HealthState state = health;
    return new RunDocument(
        id,
        name,
        this.state,
        image,
        host,
        pid,
        address,
        ports,
        exit,
        error,
        labels,
        createdAt,
        startedAt,
        exitedAt,
        state == null
            ? null
            : new HealthState(
                state.status(),
                checkup.map(Checkup::failures).orElse(0),
                checkup.map(Checkup::latest).orElse(List.of())),
        paused,
        restarts,
        nextStartAt,
        restart,
        run.resources(),
        run.spec().map(RunSpec::toJson).orElse(null),
        sequence,
        tty,
        stdin);
  }

  /** A run that was asked for just now and of which nothing has been heard yet. */
  static RunDocument requested(EntityId id, RunSpec spec, String host, Instant at) {
    return new RunDocument(
        id.value(),
        spec.name(),
        new RunLifecycle.Requested().label(),
        new Image(spec.image(), null),
        host,
        null,
        null,
        List.of(),
        null,
        null,
        spec.labels(),
        at,
        null,
        null,
        null,
        false,
        0,
        null,
        spec.restart(),
        null,
        null,
        0,
        spec.process().tty(),
        spec.process().stdin());
  }

  private static @Nullable HealthState health(RunLifecycle state) {
    return state instanceof RunLifecycle.Running running && running.health() != Health.NONE
        ? new HealthState(running.health(), null, null)
        : null;
  }

  private static @Nullable Instant nextStartAt(RunLifecycle state) {
    return state instanceof RunLifecycle.Restarting waiting
        ? waiting.attempt().exitedAt().plusMillis(waiting.attempt().delayMillis())
        : null;
  }

  private static Exit exit(RunEvent.Exited exited) {
    return new Exit(
        exited.code(), exited.signal(), exited.oomKilled(), exited.reason(), exited.message());
  }

  private static Process process(RunLifecycle state) {
    return switch (state) {
      case RunLifecycle.Created(var _, String address, var ports) ->
          new Process(null, address, ports, null);
      case RunLifecycle.Running running ->
          new Process(running.pid(), running.address(), running.ports(), running.startedAt());
      case RunLifecycle.Restarting(var _, String address, var ports) ->
          new Process(null, address, ports, null);
      case RunLifecycle.Requested _,
          RunLifecycle.Accepted _,
          RunLifecycle.Placed _,
          RunLifecycle.Pulling _,
          RunLifecycle.Exited _,
          RunLifecycle.Stopped _,
          RunLifecycle.Rejected _,
          RunLifecycle.Lost _,
          RunLifecycle.Removed _ ->
          Process.NONE;
    };
  }

  private static @Nullable Failure failure(RunLifecycle state) {
    return switch (state) {
      case RunLifecycle.Rejected(RunEvent.Rejected rejected) ->
          new Failure(rejected.reason(), rejected.message(), rejected.field());
      case RunLifecycle.Lost(RunEvent.Lost lost) ->
          new Failure(lost.reason(), lost.message(), null);
      case RunLifecycle.Requested _,
          RunLifecycle.Accepted _,
          RunLifecycle.Placed _,
          RunLifecycle.Pulling _,
          RunLifecycle.Created _,
          RunLifecycle.Running _,
          RunLifecycle.Restarting _,
          RunLifecycle.Exited _,
          RunLifecycle.Stopped _,
          RunLifecycle.Removed _ ->
          null;
    };
  }
}
