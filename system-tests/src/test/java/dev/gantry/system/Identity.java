package dev.gantry.system;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The documented rule by which a request names its entity, written as an outsider would. */
final class Identity {
  private Identity() {}

  static String run(String source, String id) {
    return derive("run", source, id);
  }

  static String build(String source, String id) {
    return derive("build", source, id);
  }

  private static String derive(String kind, String source, String id) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((kind + "\n" + source + "\n" + id).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(hash, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
