package dev.gantry.launcher.port;

import dev.gantry.embedded.FreePort;
import dev.gantry.launcher.settings.Port;
import dev.gantry.launcher.settings.Settings;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The port of every part.
 *
 * @param ports one for each that this platform opens itself
 */
public record PortPlan(Map<Port, Integer> ports) {
  /**
   * What was set is used as set; the default instance has the well-known ports; another instance
   * keeps what it had before when that is free, else takes free ones.
   *
   * @throws PortTakenException a port that was set, or a well-known one, is in use
   */
  public static PortPlan of(Settings settings, Map<Port, Integer> before) throws IOException {
    Map<Port, Integer> plan = new EnumMap<>(Port.class);
    for (Port port : needed(settings)) {
      plan.put(port, choose(port, settings, before, plan));
    }
    return new PortPlan(plan);
  }

  /** The port of a part that this platform opens itself. */
  public int of(Port port) {
    Integer number = ports.get(port);
    if (number == null) {
      throw new IllegalArgumentException(port + " is not opened by this platform");
    }
    return number;
  }

  private static Set<Port> needed(Settings settings) {
    Set<Port> needed = EnumSet.allOf(Port.class);
    if (settings.kafka().isPresent()) {
      needed.remove(Port.KAFKA);
      needed.remove(Port.KAFKA_CONTROLLER);
    }
    if (settings.postgres().isPresent()) {
      needed.remove(Port.POSTGRES);
    }
    return needed;
  }

  private static int choose(
      Port port, Settings settings, Map<Port, Integer> before, Map<Port, Integer> chosen)
      throws IOException {
    Integer set = settings.ports().get(port);
    if (set != null || settings.isDefaultInstance()) {
      int wanted = set != null ? set : port.standard();
      requireFree(port, wanted, chosen);
      return wanted;
    }
    Integer earlier = before.get(port);
    if (earlier != null && FreePort.isFree(earlier) && !chosen.containsValue(earlier)) {
      return earlier;
    }
    int free = FreePort.find();
    while (chosen.containsValue(free) || settings.ports().containsValue(free)) {
      free = FreePort.find();
    }
    return free;
  }

  private static void requireFree(Port port, int wanted, Map<Port, Integer> chosen)
      throws IOException {
    for (Map.Entry<Port, Integer> other : chosen.entrySet()) {
      if (other.getValue() == wanted) {
        throw new PortTakenException(port, wanted, other.getKey().setting());
      }
    }
    if (!FreePort.isFree(wanted)) {
      Optional<PortHolder> holder = PortHolder.find(wanted);
      throw new PortTakenException(
          port, wanted, holder.map(PortHolder::toString).orElse("a process that cannot be seen"));
    }
  }
}
