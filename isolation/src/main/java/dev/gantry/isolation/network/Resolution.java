package dev.gantry.isolation.network;

import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Where a sandbox looks names up: what its resolv.conf(5) and hosts(5) say.
 *
 * @param servers name servers; may be empty
 * @param search domains that are tried for short names
 * @param options of resolv.conf: {@code ndots:1}
 * @param hosts further lines of the hosts file: name to address
 */
public record Resolution(
    List<InetAddress> servers,
    List<String> search,
    List<String> options,
    SequencedMap<String, InetAddress> hosts) {
  /** Nobody to ask, nothing known. */
  public static final Resolution NONE =
      new Resolution(List.of(), List.of(), List.of(), new LinkedHashMap<>());

  /** Copies the collections. */
  public Resolution {
    servers = List.copyOf(servers);
    search = List.copyOf(search);
    options = List.copyOf(options);
    hosts = new LinkedHashMap<>(hosts);
  }

  /** These servers, and nothing else. */
  public static Resolution by(List<InetAddress> servers) {
    return new Resolution(servers, List.of(), List.of(), new LinkedHashMap<>());
  }

  /** The servers of this host that can be reached from a network namespace of its own. */
  public static Resolution ofHost() throws IOException {
    return by(NameFiles.hostResolvers());
  }

  /** Also these lines of the hosts file. */
  public Resolution withHosts(Map<String, InetAddress> more) {
    SequencedMap<String, InetAddress> all = new LinkedHashMap<>(hosts);
    all.putAll(more);
    return new Resolution(servers, search, options, all);
  }
}
