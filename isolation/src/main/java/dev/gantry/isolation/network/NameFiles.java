package dev.gantry.isolation.network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The contents of the files in a sandbox that say who it is and whom it asks for names. */
public record NameFiles(String resolvConf, String hosts, String hostname) {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** resolv.conf(5) reads no more than three. */
  private static final int RESOLVERS_MAX = 3;

  /** Where systemd-resolved keeps the servers that its loopback address stands for. */
  private static final List<Path> RESOLVER_FILES =
      List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

  /**
   * The files of a sandbox.
   *
   * @param attachment how it is attached; empty: loopback only
   */
  public static NameFiles of(String hostname, Optional<NetworkAttachment> attachment) {
    StringBuilder resolvers = new StringBuilder();
    StringBuilder hosts =
        new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
    String ownAddress = "127.0.0.1";
    if (attachment.isPresent()) {
      NetworkAttachment network = attachment.get();
      ownAddress = network.address().getHostAddress();
      network.dns().forEach(server -> resolvers.append("nameserver " + text(server) + "\n"));
      new TreeMap<>(network.hosts())
          .forEach((name, address) -> hosts.append(text(address) + "\t" + name + "\n"));
    }
    hosts.append(ownAddress + "\t" + hostname + "\n");
    return new NameFiles(resolvers.toString(), hosts.toString(), hostname + "\n");
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

  /** The servers of a resolv.conf(5) that are no loopback addresses. */
  static List<InetAddress> resolvers(List<String> resolvConf) {
    List<InetAddress> resolvers = new ArrayList<>();
    for (String line : resolvConf) {
      String[] words = BLANKS.split(line.strip());
      if (words.length > 1 && words[0].equals("nameserver") && resolvers.size() < RESOLVERS_MAX) {
        try {
          InetAddress address = InetAddress.ofLiteral(words[1]);
          if (!address.isLoopbackAddress()) {
            resolvers.add(address);
          }
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
