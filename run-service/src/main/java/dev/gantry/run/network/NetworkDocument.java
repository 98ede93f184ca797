package dev.gantry.run.network;

import java.net.Inet4Address;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A network as HTTP shows it.
 *
 * @param runs who is in it
 */
public record NetworkDocument(
    String name,
    String subnet,
    String gateway,
    boolean internal,
    Map<String, String> labels,
    Instant createdAt,
    List<Member> runs) {
  /** Copies the collections. */
  public NetworkDocument {
    labels = Map.copyOf(labels);
    runs = List.copyOf(runs);
  }

  /** A run with its address in the network. */
  public record Member(String run, String address) {}

  static NetworkDocument of(Network network, Map<String, Inet4Address> members) {
    return new NetworkDocument(
        network.name(),
        network.subnet(),
        network.gateway(),
        network.internal(),
        network.labels(),
        network.createdAt(),
        members.entrySet().stream()
            .map(member -> new Member(member.getKey(), member.getValue().getHostAddress()))
            .toList());
  }
}
