package dev.gantry.oci.content;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The digest of some content: {@code sha256:<64 lower-case hex digits>} or {@code sha512:<128>}
 * (image-spec, descriptor.md, Digests). Other algorithms are not known here.
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {
  /** A digest algorithm that registries must know. */
  public enum Algorithm {
    SHA256("SHA-256", 64),
    SHA512("SHA-512", 128);

    private final String javaName;
    private final int hexDigits;

    Algorithm(String javaName, int hexDigits) {
      this.javaName = javaName;
      this.hexDigits = hexDigits;
    }

    /** The name before the colon. */
    public String prefix() {
      return name().toLowerCase(Locale.ROOT);
    }

    MessageDigest newMessageDigest() {
      try {
        return MessageDigest.getInstance(javaName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has " + javaName, e);
      }
    }
  }

  /** Refuses anything but the right number of lower-case hex digits. */
  public Digest {
    if (hex.length() != algorithm.hexDigits || !isLowerHex(hex)) {
      throw new IllegalArgumentException(
          "not " + algorithm.hexDigits + " lower-case hex digits: " + hex);
    }
  }

  /**
   * Parses {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException when it is malformed or of an unknown algorithm
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    for (Algorithm algorithm : Algorithm.values()) {
      if (colon > 0 && text.substring(0, colon).equals(algorithm.prefix())) {
        return new Digest(algorithm, text.substring(colon + 1));
      }
    }
    throw new IllegalArgumentException("not a sha256 or sha512 digest: " + text);
  }

  /** As {@link #parse}; empty when it is malformed or of an unknown algorithm. */
  public static Optional<Digest> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** The SHA-256 digest of these bytes. */
  public static Digest of(byte[] content) {
    return of(Algorithm.SHA256, content);
  }

  /** The digest of these bytes. */
  public static Digest of(Algorithm algorithm, byte[] content) {
    byte[] hash = algorithm.newMessageDigest().digest(content);
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  /** The first 12 digits: enough for people. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  /** {@code algorithm:hex}. */
  @Override
  public String toString() {
    return algorithm.prefix() + ":" + hex;
  }
}
