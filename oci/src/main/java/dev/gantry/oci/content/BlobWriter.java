package dev.gantry.oci.content;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way into a {@link ContentStore}: nobody sees it until {@link #commit}; closed
 * without that it leaves nothing behind. One thread at a time.
 */
public final class BlobWriter extends OutputStream {
  private final ContentStore store;
  private final Path file;
  private final FileChannel channel;
  private final Digester digester;
  private boolean committed;

  BlobWriter(ContentStore store, Path file, Digest.Algorithm algorithm) throws IOException {
    this.store = store;
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
    this.digester = new Digester(algorithm);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    write(ByteBuffer.wrap(from, offset, length));
  }

  /** Writes all that remains in the buffer. */
  public void write(ByteBuffer from) throws IOException {
    digester.update(from.duplicate());
    while (from.hasRemaining()) {
      channel.write(from);
    }
  }

  /** How many bytes were written. */
  public long size() {
    return digester.size();
  }

  /**
   * Makes the blob durable and visible. When the store has it already nothing changes.
   *
   * @param expected the digest that it must have; null when any will do
   * @return its digest
   * @throws DigestMismatchException when it has another; the blob is then discarded
   */
  public Digest commit(@Nullable Digest expected) throws IOException {
    channel.close();
    Digest actual = digester.finish();
    if (expected != null && !expected.equals(actual)) {
      Files.deleteIfExists(file);
      throw new DigestMismatchException(expected.toString(), actual.toString());
    }
    store.adopt(file, actual);
    committed = true;
    return actual;
  }

  /** Discards what was not committed. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (!committed) {
      Files.deleteIfExists(file);
    }
  }
}
