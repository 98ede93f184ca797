package dev.gantry.run.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.events.EntityId;
import dev.gantry.events.Parsed;
import dev.gantry.events.ProcessSettings;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.run.lifecycle.RunView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as the HTTP API shows it.
 *
 * @param state requested, accepted, placed, pulling, created, running, restarting, exited, stopped,
 *     removed, rejected or lost
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
    long sequence,
    boolean tty,
    boolean stdin) {

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

  /** A run of this host. */
  public static RunDocument of(RunView run, String host) {
    RunEvent.Exited exited = run.exit();
    Process process = process(run.state());
    Optional<ProcessSettings> settings = settings(run);
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
        run.sequence(),
        settings.map(ProcessSettings::tty).orElse(false),
        settings.map(ProcessSettings::stdin).orElse(false));
  }

  private static Optional<ProcessSettings> settings(RunView run) {
    return switch (run.order().spec()) {
      case Parsed.Valid<RunSpec>(RunSpec spec) -> Optional.of(spec.process());
      case Parsed.Invalid<RunSpec> _ -> Optional.empty();
    };
  }

  /** A run that was asked for just now and of which nothing has been heard yet. */
  static RunDocument requested(EntityId id, String image, String host, Instant at) {
    return new RunDocument(
        id.value(),
        null,
        new RunLifecycle.Requested().label(),
        new Image(image, null),
        host,
        null,
        null,
        List.of(),
        null,
        null,
        Map.of(),
        at,
        null,
        null,
        0,
        false,
        false);
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
