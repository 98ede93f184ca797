package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a run is connected. */
public sealed interface Connection {
  /** The network of those who name none. */
  String DEFAULT_NETWORK = "default";

  /** To that network alone. */
  Connection DEFAULT = new Attached(List.of(new NetworkUse(DEFAULT_NETWORK, List.of(), null)));

  /** In the host's own network namespace, by permission of the host's configuration. */
  record Host() implements Connection {}

  /** To nothing: loopback alone. */
  record None() implements Connection {}

  /** To networks, at least one; the default route leads to the first. */
  record Attached(List<NetworkUse> networks) implements Connection {
    public Attached {
      networks = List.copyOf(networks);
    }
  }

  /**
   * A network that a run is in.
   *
   * @param aliases further names of the run in it
   * @param address in its subnet; absent: any that is free
   */
  record NetworkUse(
      String name,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> aliases,
      @Nullable String address) {
    public NetworkUse {
      aliases = List.copyOf(aliases);
    }
  }
}
