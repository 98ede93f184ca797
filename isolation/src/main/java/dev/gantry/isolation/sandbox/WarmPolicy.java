package dev.gantry.isolation.sandbox;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How many sandboxes stand ready, and for what.
 *
 * @param size at most this many; 0: none
 * @param link the bridge they are attached to; empty: they fit sandboxes with loopback only
 */
public record WarmPolicy(int size, Optional<Link> link) {
  private static final int SIZE_MAX = 256;

  /** No sandbox stands ready. */
  public static final WarmPolicy NONE = new WarmPolicy(0, Optional.empty());

  /**
   * A bridge.
   *
   * @param bridge its name
   * @param hostInterface the name of the host's end of a sandbox's veth, by the sandbox's name
   */
  public record Link(String bridge, UnaryOperator<String> hostInterface) {}

  /** Refuses sizes that nobody needs. */
  public WarmPolicy {
    if (size < 0 || size > SIZE_MAX) {
      throw new IllegalArgumentException("size is " + size + ", must be 0 to " + SIZE_MAX);
    }
  }

  /** Whether what was made by this policy can become a sandbox with such a network. */
  boolean fits(SandboxSpec.Network network) {
    return switch (network) {
      case SandboxSpec.Network.None _ -> link.isEmpty();
      case SandboxSpec.Network.Host _ -> false;
      case SandboxSpec.Network.Bridged bridged ->
          link.isPresent() && link.get().bridge().equals(bridged.attachments().getFirst().bridge());
    };
  }
}
