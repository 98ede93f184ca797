package dev.gantry.isolation.network;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words of a bridge's firewall, for nft(8). Everything has the bridge's name in its own, so
 * that the bridges of one instance share a table, and each process that has one can rebuild its
 * part alone.
 */
record Ruleset(String table, String bridge, Subnet subnet) {
  private static final Pattern NOT_A_WORD = Pattern.compile("[^a-zA-Z0-9_]");
  private static final String ANY_ADDRESS = "0.0.0.0";

  static Ruleset of(String instance, BridgeNetwork network) {
    return new Ruleset(
        "gantry_" + NOT_A_WORD.matcher(instance).replaceAll("_"), network.name(), network.subnet());
  }

  /** A published port with the sandbox's address. */
  record Target(Protocol protocol, Endpoint host, Endpoint sandbox) {
    /** An address and a port. */
    record Endpoint(String address, int port) {}

    static Target of(String address, PublishedPort port) {
      return new Target(
          port.protocol(),
          new Endpoint(port.hostAddress().getHostAddress(), port.hostPort()),
          new Endpoint(address, port.containerPort()));
    }

    boolean onAnyAddress() {
      return host.address.equals(ANY_ADDRESS);
    }

    String key() {
      String portKey = protocol.text() + " . " + host.port;
      return onAnyAddress() ? portKey : host.address + " . " + portKey;
    }

    String element() {
      return key() + " : " + sandbox.address + " . " + sandbox.port;
    }
  }

  /** The bridge's part of the table, with exactly these ports; whatever was there before. */
  String rebuild(Collection<Target> targets) {
    String addressKey = "ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service";
    String portKey = "inet_proto . inet_service : ipv4_addr . inet_service";
    return Stream.of(
            "add table ip " + table,
            "add map ip " + table + " " + addressMap() + " { type " + addressKey + "; }",
            "add map ip " + table + " " + portMap() + " { type " + portKey + "; }",
            "flush map ip " + table + " " + addressMap(),
            "flush map ip " + table + " " + portMap(),
            guard(),
            forward(),
            chain("pre", "nat hook prerouting priority -100", readdress()),
            chain("out", "nat hook output priority -100", readdress()),
            masquerade(),
            add(targets))
        .collect(Collectors.joining("\n"));
  }

  String add(Collection<Target> targets) {
    return elements("add", targets, Target::element);
  }

  String remove(Collection<Target> targets) {
    return elements("delete", targets, Target::key);
  }

  /** The bridge's part away; it must be there. */
  String delete() {
    return Stream.concat(
            chains()
                .flatMap(
                    chain ->
                        Stream.of(
                            "flush chain ip " + table + " " + chain,
                            "delete chain ip " + table + " " + chain)),
            Stream.of(addressMap(), portMap()).map(map -> "delete map ip " + table + " " + map))
        .collect(Collectors.joining("\n"));
  }

  private Stream<String> chains() {
    return Stream.of("guard", "forward", "pre", "out", "post").map(kind -> kind + "_" + bridge);
  }

  /**
   * What a sandbox must not send: packets for the host's loopback addresses, which the kernel no
   * longer drops by itself when published loopback ports are routed to the bridge (CVE-2020-8558),
   * and packets in others' names.
   */
  private String guard() {
    return chain(
        "guard",
        "filter hook prerouting priority -300",
        List.of(
            "iifname " + quoted() + " ip daddr 127.0.0.0/8 drop",
            "iifname " + quoted() + " ip saddr != " + subnet + " drop"));
  }

  /** Into the bridge comes what belongs to a connection from inside, or to a published port. */
  private String forward() {
    return chain(
        "forward",
        "filter hook forward priority 0",
        List.of(
            "oifname " + quoted() + " ct state established,related accept",
            "iifname " + quoted() + " oifname " + quoted() + " accept",
            "oifname " + quoted() + " ct status dnat accept",
            "oifname " + quoted() + " drop"));
  }

  private List<String> readdress() {
    String local = "fib daddr type local meta l4proto { tcp, udp } dnat ip to ";
    return List.of(
        local + "ip daddr . meta l4proto . th dport map @" + addressMap(),
        local + "meta l4proto . th dport map @" + portMap());
  }

  /**
   * Whose source address must become the host's: what leaves for elsewhere; what comes from a
   * loopback address; what a sandbox sends to its own network through a published port, whose
   * answer would else not come back this way.
   */
  private String masquerade() {
    return chain(
        "post",
        "nat hook postrouting priority 100",
        List.of(
            "oifname != " + quoted() + " ip saddr " + subnet + " masquerade",
            "oifname " + quoted() + " ip saddr 127.0.0.0/8 masquerade",
            "oifname " + quoted() + " ip saddr " + subnet + " ct status dnat masquerade"));
  }

  private String chain(String kind, String hook, List<String> rules) {
    String name = "ip " + table + " " + kind + "_" + bridge;
    return Stream.concat(
            Stream.of(
                "add chain " + name + " { type " + hook + "; policy accept; }",
                "flush chain " + name),
            rules.stream().map(rule -> "add rule " + name + " " + rule))
        .collect(Collectors.joining("\n"));
  }

  private String elements(
      String verb, Collection<Target> targets, Function<Target, String> element) {
    return Stream.of(true, false)
        .flatMap(
            any -> {
              String list =
                  targets.stream()
                      .filter(target -> target.onAnyAddress() == any)
                      .map(element)
                      .collect(Collectors.joining(", "));
              String map = any ? portMap() : addressMap();
              return list.isEmpty()
                  ? Stream.empty()
                  : Stream.of(verb + " element ip " + table + " " + map + " { " + list + " }");
            })
        .collect(Collectors.joining("\n"));
  }

  private String addressMap() {
    return "ports_" + bridge;
  }

  private String portMap() {
    return "anyports_" + bridge;
  }

  private String quoted() {
    return "\"" + bridge + "\"";
  }
}
