package dev.gantry.isolation.network;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words of the firewall of some bridges, for nft(8). Everything has the part's name in its own,
 * so that the processes of one instance share a table, and each can rebuild its part alone. How
 * many rules a packet meets does not depend on how many bridges there are.
 *
 * @param part a word: the name of the bridge that is always among them
 * @param guardedPorts of the host, which sandboxes do not reach
 */
record Ruleset(String table, String part, List<BridgeNetwork> bridges, List<Integer> guardedPorts) {
  private static final Pattern NOT_A_WORD = Pattern.compile("[^a-zA-Z0-9_]");
  private static final String ANY_ADDRESS = "0.0.0.0";

  Ruleset {
    bridges = List.copyOf(bridges);
    guardedPorts = List.copyOf(guardedPorts);
  }

  static Ruleset of(
      String instance, String part, List<BridgeNetwork> bridges, List<Integer> guardedPorts) {
    return new Ruleset(
        "gantry_" + NOT_A_WORD.matcher(instance).replaceAll("_"), part, bridges, guardedPorts);
  }

  Ruleset with(List<BridgeNetwork> others) {
    return new Ruleset(table, part, others, guardedPorts);
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

  /** The part of the table, with exactly these bridges and ports; whatever was there before. */
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
            input(),
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

  /** The part away; it must be there. */
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
    return Stream.of("guard", "input", "forward", "pre", "out", "post")
        .map(kind -> kind + "_" + part);
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
            "iifname " + links(any()) + " ip daddr 127.0.0.0/8 drop",
            "iifname " + links(any()) + " iifname . ip saddr != " + members(any()) + " drop"));
  }

  /** What a sandbox must not reach on this host; the rest is as open to it as to its neighbours. */
  private String input() {
    List<String> rules = new ArrayList<>();
    if (!guardedPorts.isEmpty()) {
      String ports =
          guardedPorts.stream().map(String::valueOf).collect(Collectors.joining(", ", "{ ", " }"));
      rules.add("iifname " + links(any()) + " ct state new tcp dport " + ports + " drop");
    }
    return chain("input", "filter hook input priority 0", rules);
  }

  /** Into a bridge comes what belongs to a connection from inside, or to a published port. */
  private String forward() {
    List<String> rules = new ArrayList<>();
    rules.add("oifname " + links(any()) + " ct state established,related accept");
    if (bridges.stream().anyMatch(BridgeNetwork::internal)) {
      String within = "iifname . oifname != " + pairs(BridgeNetwork::internal);
      String established = " ct state != { established, related } ";
      rules.add("iifname " + links(BridgeNetwork::internal) + established + within + " drop");
      rules.add("oifname " + links(BridgeNetwork::internal) + established + within + " drop");
    }
    rules.add("iifname . oifname " + pairs(any()) + " accept");
    rules.add("oifname " + links(any()) + " ct status dnat accept");
    rules.add("oifname " + links(any()) + " drop");
    return chain("forward", "filter hook forward priority 0", rules);
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
    List<String> rules = new ArrayList<>();
    if (bridges.stream().anyMatch(open())) {
      String subnets =
          bridges.stream()
              .filter(open())
              .map(bridge -> bridge.subnet().toString())
              .collect(Collectors.joining(", ", "{ ", " }"));
      rules.add(
          "ip saddr " + subnets + " oifname . ip saddr != " + members(open()) + " masquerade");
    }
    rules.add("oifname " + links(any()) + " ip saddr 127.0.0.0/8 masquerade");
    rules.add("oifname . ip saddr " + members(any()) + " ct status dnat masquerade");
    return chain("post", "nat hook postrouting priority 100", rules);
  }

  private static Predicate<BridgeNetwork> any() {
    return bridge -> true;
  }

  private static Predicate<BridgeNetwork> open() {
    return bridge -> !bridge.internal();
  }

  private String links(Predicate<BridgeNetwork> which) {
    return set(which, bridge -> quoted(bridge.name()));
  }

  private String pairs(Predicate<BridgeNetwork> which) {
    return set(which, bridge -> quoted(bridge.name()) + " . " + quoted(bridge.name()));
  }

  private String members(Predicate<BridgeNetwork> which) {
    return set(which, bridge -> quoted(bridge.name()) + " . " + bridge.subnet());
  }

  private String set(Predicate<BridgeNetwork> which, Function<BridgeNetwork, String> element) {
    return bridges.stream()
        .filter(which)
        .map(element)
        .collect(Collectors.joining(", ", "{ ", " }"));
  }

  private String chain(String kind, String hook, List<String> rules) {
    String name = "ip " + table + " " + kind + "_" + part;
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
    return "ports_" + part;
  }

  private String portMap() {
    return "anyports_" + part;
  }

  private static String quoted(String link) {
    return "\"" + link + "\"";
  }
}
