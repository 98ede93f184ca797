package dev.gantry.oci.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Computes a digest piece by piece, and counts the bytes. One thread at a time. */
public final class Digester {
  private final Digest.Algorithm algorithm;
  private final MessageDigest hash;
  private long size;

  /** A digest of nothing yet. */
  public Digester(Digest.Algorithm algorithm) {
    this.algorithm = algorithm;
    this.hash = algorithm.newMessageDigest();
  }

  /** A SHA-256 digest of nothing yet. */
  public Digester() {
    this(Digest.Algorithm.SHA256);
  }

  /** Adds bytes. */
  public void update(byte[] bytes, int offset, int length) {
    hash.update(bytes, offset, length);
    size += length;
  }

  /** Adds all that remains in the buffer, and consumes it. */
  public void update(ByteBuffer bytes) {
    size += bytes.remaining();
    hash.update(bytes);
  }

  /** How many bytes were added. */
  public long size() {
    return size;
  }

  /** The digest of all that was added; nothing may be added afterwards. */
  public Digest finish() {
    return new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
  }
}
