package dev.gantry.isolation.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The contents of the files in a sandbox that say who it is and whom it asks for names. */
public record NameFiles(String resolvConf, String hosts, String hostname) {
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}");

  /** resolv.conf(5) reads no more than three. */
  private static final int RESOLVERS_MAX = 3;

  /** Where systemd-resolved keeps the servers that its loopback address stands for. */
  private static final List<Path> RESOLVER_FILES =
      List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

  /**
   * The files of a sandbox.
   *
   * @param address its own; empty: it has loopback only
   */
  public static NameFiles of(
      String hostname, Optional<Inet4Address> address, Resolution resolution) {
    StringBuilder resolvers = new StringBuilder();
    resolution.servers().forEach(server -> resolvers.append("nameserver " + text(server) + "\n"));
    if (!resolution.search().isEmpty()) {
      resolvers.append("search " + String.join(" ", resolution.search()) + "\n");
    }
    if (!resolution.options().isEmpty()) {
      resolvers.append("options " + String.join(" ", resolution.options()) + "\n");
    }
    StringBuilder hosts =
        new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
    resolution.hosts().forEach((name, of) -> hosts.append(text(of) + "\t" + name + "\n"));
    hosts.append(address.map(NameFiles::text).orElse("127.0.0.1") + "\t" + hostname + "\n");
    return new NameFiles(resolvers.toString(), hosts.toString(), hostname + "\n");
  }

  /**
   * The files of a sandbox that has the host's network: it asks whom the host asks, if no others
   * are named.
   */
  public static NameFiles ofHost(String hostname, Resolution resolution) throws IOException {
    NameFiles own = of(hostname, Optional.empty(), resolution);
    return resolution.servers().isEmpty() && Files.isReadable(RESOLVER_FILES.getFirst())
        ? new NameFiles(Files.readString(RESOLVER_FILES.getFirst()), own.hosts(), own.hostname())
        : own;
  }

  /**
   * The name servers of this host that a sandbox can reach: those that are no loopback addresses.
   * May be empty.
   */
  public static List<InetAddress> hostResolvers() throws IOException {
    for (Path file : RESOLVER_FILES) {
      if (Files.isReadable(file)) {
        List<InetAddress> resolvers = resolvers(Files.readAllLines(file));
        if (!resolvers.isEmpty()) {
          return resolvers;
        }
      }
    }
    return List.of();
  }

  /** The name servers that this host itself asks, loopback ones too; those with IPv4 addresses. */
  public static List<Inet4Address> resolversOfHost() throws IOException {
    return servers(hostResolvConf()).stream()
        .filter(Inet4Address.class::isInstance)
        .map(Inet4Address.class::cast)
        .toList();
  }

  /** The domains that this host tries for short names. */
  public static List<String> searchOfHost() throws IOException {
    List<String> search = List.of();
    for (String line : hostResolvConf()) {
      String[] words = BLANKS.split(line.strip());
      if (words.length > 1 && words[0].equals("search")) {
        search = Arrays.stream(words).skip(1).filter(DOMAIN.asMatchPredicate()).toList();
      }
    }
    return search;
  }

  private static List<String> hostResolvConf() throws IOException {
    Path file = RESOLVER_FILES.getFirst();
    return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
  }

  /** The servers of a resolv.conf(5) that are no loopback addresses. */
  static List<InetAddress> resolvers(List<String> resolvConf) {
    return servers(resolvConf).stream()
        .filter(address -> !address.isLoopbackAddress())
        .limit(RESOLVERS_MAX)
        .toList();
  }

  private static List<InetAddress> servers(List<String> resolvConf) {
    List<InetAddress> resolvers = new ArrayList<>();
    for (String line : resolvConf) {
      String[] words = BLANKS.split(line.strip());
      if (words.length > 1 && words[0].equals("nameserver")) {
        try {
          resolvers.add(InetAddress.ofLiteral(words[1]));
        } catch (IllegalArgumentException e) {
          // Not an address: the C library passes over such a line, too.
          continue;
        }
      }
    }
    return resolvers;
  }

  private static String text(InetAddress address) {
    return address.getHostAddress();
  }
}
