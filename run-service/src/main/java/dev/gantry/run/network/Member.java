package dev.gantry.run.network;

import dev.gantry.events.Connection;
import dev.gantry.events.RunSpec;
import java.net.Inet4Address;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * A run that is in networks.
 *
 * @param addresses by network, in the order of its interfaces
 */
record Member(String run, RunSpec spec, SequencedMap<String, Inet4Address> addresses) {
  private static final int SHORT_ID = 12;

  Member {
    addresses = new LinkedHashMap<>(addresses);
  }

  /** What it is called in a network, the best name first. */
  SequencedSet<String> names(String network) {
    SequencedSet<String> names = new LinkedHashSet<>();
    String name = spec.name();
    if (name != null) {
      names.add(name);
    }
    names.add(run.substring(0, Math.min(SHORT_ID, run.length())));
    String hostname = spec.networking().hostname();
    if (hostname != null) {
      names.add(hostname);
    }
    if (spec.networking().connection() instanceof Connection.Attached(var uses)) {
      uses.stream()
          .filter(use -> use.name().equals(network))
          .forEach(use -> names.addAll(use.aliases()));
    }
    return names;
  }

  /** The servers that it asks for other names; empty: the host's. */
  List<Inet4Address> servers() {
    return spec.networking().dns().stream().map(Inet4Address::ofLiteral).toList();
  }

  Map.Entry<String, Inet4Address> first() {
    return addresses.firstEntry();
  }
}
