package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a run; the subject of the envelope is the run's id.
 *
 * <p>Order: accepted, placed, [pulling], created, started, [oom-killed], exited, [stopped],
 * removed. A run that is started again says restarting in place of exited, and started once more.
 * Exactly one of exited, rejected and lost is a run's outcome; see {@link RunLifecycle}.
 */
public sealed interface RunEvent extends Event {

  /** What every fact of a run says; its fields are fields of the data itself. */
  About about();

  /**
   * Which run on which host.
   *
   * @param host that speaks
   * @param image as requested, with its digest once known; absent when the request named none
   * @param name of the run; absent when it has none
   */
  record About(String host, @Nullable Image image, @Nullable String name) {}

  /** An image as the request named it, and the digest that this meant when it was resolved. */
  record Image(String reference, @Nullable String digest) {}

  /** A published port: packets to {@code hostIp:hostPort} reach {@code containerPort}. */
  record Port(String hostIp, int hostPort, int containerPort, Protocol protocol) {}

  /** The request is durable: it will end in exactly one outcome. */
  record Accepted(@JsonUnwrapped About about, Map<String, String> labels, @Nullable String actor)
      implements RunEvent {
    public Accepted {
      labels = Map.copyOf(labels);
    }
  }

  /** The host of {@link About#host()} will run it. */
  record Placed(@JsonUnwrapped About about) implements RunEvent {}

  /** {@code layers} layers are being fetched, those that the host lacks. */
  record Pulling(@JsonUnwrapped About about, int layers) implements RunEvent {}

  /** Root file system, network and ports are ready. */
  record Created(@JsonUnwrapped About about, @Nullable String address, List<Port> ports)
      implements RunEvent {
    public Created {
      ports = List.copyOf(ports);
    }
  }

  /**
   * The command is executing.
   *
   * @param pid its process id on the host
   * @param health starting when the run has a health check; absent when it has none
   */
  record Started(
      @JsonUnwrapped About about,
      long pid,
      Instant startedAt,
      @Nullable String address,
      List<Port> ports,
      @Nullable Health health)
      implements RunEvent {
    public Started {
      ports = List.copyOf(ports);
    }
  }

  /** A probe has succeeded, for the first time or for the first time since it was unhealthy. */
  record Healthy(@JsonUnwrapped About about) implements RunEvent {}

  /**
   * As many probes in a row have failed as the health check allows.
   *
   * @param failures how many
   * @param output the end of what the last one said, at most 4 KiB
   */
  record Unhealthy(@JsonUnwrapped About about, int failures, @Nullable String output)
      implements RunEvent {}

  /** All its processes are held, as asked. */
  record Paused(@JsonUnwrapped About about, @Nullable String actor) implements RunEvent {}

  /** They go on, as asked; an end of the run ends a pause without this. */
  record Unpaused(@JsonUnwrapped About about, @Nullable String actor) implements RunEvent {}

  /**
   * Its limits or its restart policy have been changed.
   *
   * @param resources all that are in force from now on
   * @param restart in force from now on
   */
  record Updated(
      @JsonUnwrapped About about,
      Resources resources,
      RestartPolicy restart,
      @Nullable String actor)
      implements RunEvent {}

  /**
   * The command ended or could not be executed, and will be started again in place.
   *
   * @param code as in {@link Exited}; 125 when the run could not be started again; absent when
   *     nobody can know, for the host was lost
   * @param signal that ended it, its number
   * @param reason why it ended; RESTART_REQUESTED when somebody asked for that
   * @param startedAt absent when the command could not be executed
   * @param restarts how often the run has been started again after this, from 1
   * @param delayMillis until then
   * @param message what a person should know beyond the reason
   */
  record Restarting(
      @JsonUnwrapped About about,
      @Nullable Integer code,
      @Nullable Integer signal,
      boolean oomKilled,
      ReasonCode reason,
      @Nullable Instant startedAt,
      Instant exitedAt,
      int restarts,
      long delayMillis,
      @Nullable String message)
      implements RunEvent {}

  /** The kernel killed a process of the run for want of memory; the run may go on. */
  record OomKilled(@JsonUnwrapped About about) implements RunEvent {}

  /**
   * The command ended, or could not be executed (127, 126).
   *
   * @param code the exit code; 128 + signal when a signal ended it
   * @param signal that ended it, its number
   * @param startedAt absent when the command could not be executed
   * @param message what a person should know beyond the reason
   */
  record Exited(
      @JsonUnwrapped About about,
      int code,
      @Nullable Integer signal,
      boolean oomKilled,
      ReasonCode reason,
      @Nullable Instant startedAt,
      Instant exitedAt,
      @Nullable String message)
      implements RunEvent {}

  /**
   * A requested stop is complete.
   *
   * @param signal that was sent first, as {@code SIGTERM}
   * @param forced the grace ran out and SIGKILL was needed
   */
  record Stopped(@JsonUnwrapped About about, String signal, boolean forced, @Nullable String actor)
      implements RunEvent {}

  /** Nothing of the run is left on its host. */
  record Removed(@JsonUnwrapped About about, @Nullable String actor) implements RunEvent {}

  /**
   * The run will not start, its resources are released; {@code field} of the request is to blame.
   */
  record Rejected(
      @JsonUnwrapped About about, ReasonCode reason, String message, @Nullable String field)
      implements RunEvent {}

  /** What became of the run's process cannot be known any more. */
  record Lost(@JsonUnwrapped About about, ReasonCode reason, @Nullable String message)
      implements RunEvent {}
}
