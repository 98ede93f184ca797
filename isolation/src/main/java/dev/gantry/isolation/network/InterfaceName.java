package dev.gantry.isolation.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names of network interfaces: 15 characters at most, as the kernel has it, and only such as are
 * words in firewall rules and file names, too.
 */
final class InterfaceName {
  private static final Pattern VALID = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]{0,14}");
  private static final int DIGEST_BYTES = 6;

  private InterfaceName() {}

  /** The name itself, if it is one. */
  static String checked(String name) {
    if (!VALID.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "not a name for an interface: " + name + " (a letter, then at most 14 of a-z 0-9 _ -)");
    }
    return name;
  }

  /** The name of the host's end of a sandbox's veth: the same whenever it is asked for. */
  static String of(String instance, String owner) {
    return "gt" + digest(instance, owner);
  }

  /** The name of a network's bridge: likewise. */
  static String ofBridge(String instance, String network) {
    return "gn" + digest(instance, network);
  }

  private static String digest(String instance, String owner) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((instance + "\n" + owner).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
