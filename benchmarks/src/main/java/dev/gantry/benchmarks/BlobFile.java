package dev.gantry.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * A large blob to send, which can be made another one: what a registry has already is no measure.
 */
final class BlobFile implements AutoCloseable {
  private static final int PIECE_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final long bytes;
  private String digest = "";

  private BlobFile(Path path, FileChannel channel, long bytes) {
    this.path = path;
    this.channel = channel;
    this.bytes = bytes;
  }

  /** Makes a file of this many MiB that no file system can compress. */
  static BlobFile make(Path below, long mib) throws IOException {
    Path path = Files.createTempFile(below, "gantry-bench-", ".blob");
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    BlobFile file = new BlobFile(path, channel, mib * PIECE_BYTES);
    byte[] piece = new byte[PIECE_BYTES];
    new Random(1).nextBytes(piece);
    for (long i = 0; i < mib; i++) {
      channel.write(ByteBuffer.wrap(piece).putLong(0, i));
    }
    channel.force(true); // or the kernel would write it while others are measured
    file.change();
    return file;
  }

  /** Makes it another blob. */
  void change() throws IOException {
    channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, new Random().nextLong()), 0);
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
      for (long at = 0; at < bytes; at += piece.limit()) {
        channel.read(piece.clear(), at);
        hash.update(piece.flip());
      }
      digest = "sha256:" + HexFormat.of().formatHex(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  RegistryConnection.Part part(long from, long count) {
    return new RegistryConnection.Part(channel, from, count);
  }

  RegistryConnection.Part whole() {
    return part(0, bytes);
  }

  long bytes() {
    return bytes;
  }

  String digest() {
    return digest;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.delete(path);
  }
}
