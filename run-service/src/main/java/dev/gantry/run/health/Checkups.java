package dev.gantry.run.health;

import dev.gantry.events.Health;
import dev.gantry.events.HealthCheck;
import dev.gantry.isolation.sandbox.Sandbox;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Begins checkups of runs. */
public final class Checkups {
  private final Checkup.Time time;

  /** All of them tell the time by this. */
  public Checkups(Checkup.Time time) {
    this.time = time;
  }

  /**
   * An attempt that is to be watched.
   *
   * @param address where its ports are to be reached from this host; null: nowhere
   * @param health what is known of it
   */
  public record Patient(
      Sandbox sandbox, @Nullable InetAddress address, Instant startedAt, Health health) {}

  /** Whether a check looks at anything. */
  public static boolean isOne(@Nullable HealthCheck check) {
    return check != null
        && check.probe() != null
        && !(check.probe() instanceof HealthCheck.Probe.None);
  }

  /** Begins to watch an attempt; empty where there is nothing to look at. */
  public Optional<Checkup> begin(
      HealthCheck check, Patient patient, BiConsumer<Streak, ProbeResult> listener) {
    return probe(check.probe(), patient)
        .map(
            probe -> {
              Checkup checkup =
                  new Checkup(
                      probe,
                      check.timing(),
                      patient.startedAt(),
                      Streak.resumed(patient.health()),
                      time,
                      listener);
              checkup.begin();
              return checkup;
            });
  }

  private static Optional<Probe> probe(HealthCheck.@Nullable Probe wanted, Patient patient) {
    InetAddress address = patient.address();
    return switch (wanted) {
      case null -> Optional.empty();
      case HealthCheck.Probe.None _ -> Optional.empty();
      case HealthCheck.Probe.Exec(List<String> command) ->
          Optional.of(new CommandProbe(patient.sandbox(), command));
      case HealthCheck.Probe.Shell(String line) ->
          Optional.of(new CommandProbe(patient.sandbox(), List.of("/bin/sh", "-c", line)));
      case HealthCheck.Probe.Http(var get) ->
          Optional.ofNullable(address).map(to -> SocketProbe.http(to, get));
      case HealthCheck.Probe.Tcp(var tcp) ->
          Optional.ofNullable(address).map(to -> SocketProbe.tcp(to, tcp.port()));
    };
  }
}
