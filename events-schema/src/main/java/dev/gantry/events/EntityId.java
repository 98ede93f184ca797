package dev.gantry.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The id of a build or a run: 32 lower-case hex characters, derived from the request's identity and
 * never drawn, so that the same request names the same entity wherever it arrives.
 */
public record EntityId(String value) implements Comparable<EntityId> {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{6,32}");
  private static final int BYTES = 16;
  private static final int SHORT = 12;

  /** Refuses what is not 32 lower-case hex characters with IllegalArgumentException. */
  public EntityId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not an entity id: " + value);
    }
  }

  /** What ids are derived for; two kinds never share an id. */
  public enum Kind {
    BUILD("build"),
    RUN("run");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  /** The entity that a request with these CloudEvents attributes names. */
  public static EntityId derive(Kind kind, String source, String id) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((kind.label + "\n" + source + "\n" + id).getBytes(StandardCharsets.UTF_8));
      return new EntityId(HexFormat.of().formatHex(hash, 0, BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether people may abbreviate an id by this text: 6 to 32 hex characters. */
  public static boolean isPrefix(String text) {
    return PREFIX.matcher(text).matches();
  }

  /** The first 12 characters, for people. */
  public String abbreviated() {
    return value.substring(0, SHORT);
  }

  @Override
  public int compareTo(EntityId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
