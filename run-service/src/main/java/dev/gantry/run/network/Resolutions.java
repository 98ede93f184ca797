package dev.gantry.run.network;

import dev.gantry.events.NetworkSettings;
import dev.gantry.isolation.network.NameFiles;
import dev.gantry.isolation.network.Resolution;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Where runs look names up. */
final class Resolutions {
  /** A name without a dot is that of a run first, and not of something in a search domain. */
  private static final List<String> OPTIONS = List.of("ndots:0");

  private Resolutions() {}

  /** At the bridge of the first network, which asks others in the run's place. */
  static Resolution attached(NetworkSettings wanted, Inet4Address bridge) throws IOException {
    List<String> search =
        wanted.dnsSearch().isEmpty() ? NameFiles.searchOfHost() : wanted.dnsSearch();
    return new Resolution(List.of(bridge), search, OPTIONS, hosts(wanted));
  }

  /** Where the run says. */
  static Resolution unattached(NetworkSettings wanted) {
    return new Resolution(
        wanted.dns().stream().map(InetAddress::ofLiteral).toList(),
        wanted.dnsSearch(),
        List.of(),
        hosts(wanted));
  }

  private static SequencedMap<String, InetAddress> hosts(NetworkSettings wanted) {
    SequencedMap<String, InetAddress> hosts = new LinkedHashMap<>();
    wanted.extraHosts().forEach((name, ip) -> hosts.put(name, Inet4Address.ofLiteral(ip)));
    return hosts;
  }
}
