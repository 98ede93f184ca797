package dev.gantry.isolation.network;

import dev.gantry.linux.network.Link;
import dev.gantry.linux.network.Route;
import dev.gantry.linux.network.RouteClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Docker lets the host drop what it forwards, but for Docker's own packets and what the chain
 * {@code DOCKER-USER} of iptables accepts: that chain is there for others. Acceptance in our own
 * table does not help, since each table decides for itself.
 *
 * <p>The rules are made with the command iptables, not with nftables: it alone knows which of its
 * two back ends Docker uses, and it refuses a table that has rules of another's making.
 */
final class DockerUserChain {
  private static final System.Logger LOG = System.getLogger(DockerUserChain.class.getName());
  private static final String CHAIN = "DOCKER-USER";
  private static final long PATIENCE_SECONDS = 20;

  private final String bridge;

  DockerUserChain(String bridge) {
    this.bridge = bridge;
  }

  /** Accepts what our own table accepts, too. Does nothing without Docker; may be repeated. */
  void admit() throws IOException {
    if (!exists()) {
      return;
    }
    for (List<String> rule : rules()) {
      if (!iptables("-C", rule)) {
        if (!iptables("-I", rule)) {
          throw new IOException("iptables refused a rule in " + CHAIN + ": " + rule);
        }
        LOG.log(System.Logger.Level.INFO, "iptables {0}: {1}", CHAIN, String.join(" ", rule));
      }
    }
  }

  /** Takes the rules away again. */
  void revoke() throws IOException {
    if (exists()) {
      for (List<String> rule : rules()) {
        iptables("-D", rule);
      }
    }
  }

  private List<List<String>> rules() throws IOException {
    List<List<String>> rules = new ArrayList<>();
    rules.add(rule("-i", bridge, "-o", bridge));
    rules.add(rule("-o", bridge, "-m", "conntrack", "--ctstate", "ESTABLISHED,RELATED,DNAT"));
    // Not to any link: Docker's networks shall not be reached either.
    uplinks().forEach(uplink -> rules.add(rule("-i", bridge, "-o", uplink)));
    return rules;
  }

  private static List<String> rule(String... conditions) {
    return Stream.concat(
            Arrays.stream(conditions),
            Stream.of("-m", "comment", "--comment", "gantry", "-j", "ACCEPT"))
        .toList();
  }

  private static List<String> uplinks() throws IOException {
    try (RouteClient routes = RouteClient.open()) {
      List<Integer> defaults =
          routes.routes().stream().filter(route -> route.prefix() == 0).map(Route::link).toList();
      return routes.links().stream()
          .filter(link -> defaults.contains(link.index()))
          .map(Link::name)
          .toList();
    }
  }

  private static boolean exists() throws IOException {
    return run(List.of("iptables", "-w", "-S", CHAIN));
  }

  private static boolean iptables(String verb, List<String> rule) throws IOException {
    return run(Stream.concat(Stream.of("iptables", "-w", verb, CHAIN), rule.stream()).toList());
  }

  /** Whether it succeeded; a host without iptables has no such chain either. */
  private static boolean run(List<String> command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return false;
    }
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(command + " does not end");
      }
      LOG.log(System.Logger.Level.DEBUG, "{0}: {1} {2}", command, process.exitValue(), output);
      return process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while iptables ran", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
