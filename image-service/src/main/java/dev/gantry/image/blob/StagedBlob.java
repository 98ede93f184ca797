package dev.gantry.image.blob;

import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import java.util.UUID;

/**
 * Bytes on their way to becoming a blob; they outlive the process. One thread at a time, which the
 * caller sees to.
 */
public interface StagedBlob {
  /** The name that it was begun under. */
  UUID id();

  /** How many bytes have arrived. */
  long size() throws IOException;

  /** When bytes arrived last. */
  Instant touchedAt() throws IOException;

  /**
   * Opens it for adding bytes at its end; what is written counts even when no close follows. A
   * {@link LostWriteException} of a write or of the close says that it can only be discarded.
   */
  WritableByteChannel append() throws IOException;

  /** Cuts it back to a length that it had before. */
  void truncate(long size) throws IOException;

  /** Reads what has arrived, from its beginning. */
  InputStream read() throws IOException;

  /**
   * Makes it the blob of this digest, which the caller has computed of exactly its bytes: durable
   * when this returns, and counted as committed now, also where the store had these bytes already.
   * The upload is gone then; after a failure it may still be there.
   */
  void commit(Digest digest) throws IOException;

  /** Throws it away; again is no error. */
  void discard() throws IOException;
}
