package dev.gantry.events;

import java.time.Instant;
import java.util.Map;

/** What a host says of itself. */
public sealed interface HostEvent extends Event {

  /**
   * The host's state, every ten seconds: the latest one counts.
   *
   * @param host the host's id
   * @param address where its services answer
   * @param cpus that it has
   * @param memoryBytes that it has
   * @param memoryFreeBytes available to new processes now
   * @param runs running here now
   * @param labels that placement may ask for
   * @param draining takes no new runs
   * @param cgroup {@code v1} or {@code v2}
   * @param kernel its release
   * @param at when this was true
   */
  record State(
      String host,
      String address,
      int cpus,
      long memoryBytes,
      long memoryFreeBytes,
      int runs,
      Map<String, String> labels,
      boolean draining,
      String cgroup,
      String kernel,
      Instant at)
      implements HostEvent {
    public State {
      labels = Map.copyOf(labels);
    }
  }
}
