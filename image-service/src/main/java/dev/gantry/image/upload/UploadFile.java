package dev.gantry.image.upload;

import dev.gantry.image.blob.LostWriteException;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one upload, with the SHA-256 of what is in it so far. The hash lives in memory only:
 * where it is not known (after a restart, a refused chunk, for another algorithm) they are read
 * again at the end.
 */
final class UploadFile {
  private static final int BUFFER_BYTES = 256 * 1024;

  /** What runs while nobody else writes. */
  interface Action {
    Outcome<Long> run() throws IOException;
  }

  private final StagedBlob staged;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Digester sha256;
  private volatile boolean gone;

  private UploadFile(StagedBlob staged, @Nullable Digester sha256) {
    this.staged = staged;
    this.sha256 = sha256;
  }

  static UploadFile begun(StagedBlob staged) {
    return new UploadFile(staged, new Digester());
  }

  static UploadFile found(StagedBlob staged) {
    return new UploadFile(staged, null);
  }

  Outcome<Long> exclusively(Action action) throws IOException {
    if (!lock.tryLock()) {
      return Outcome.refused(
          ErrorCode.BLOB_UPLOAD_INVALID, 409, "another request is writing to this upload");
    }
    try {
      return gone ? Outcome.refused(ErrorCode.BLOB_UPLOAD_UNKNOWN, "no such upload") : action.run();
    } finally {
      lock.unlock();
    }
  }

  long size() throws IOException {
    return staged.size();
  }

  boolean gone() {
    return gone;
  }

  boolean untouchedSince(Instant then) {
    try {
      return !lock.isLocked() && staged.touchedAt().isBefore(then);
    } catch (NoSuchFileException e) {
      // Finished or discarded in between: nobody is to do it again.
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean discard() throws IOException {
    if (!lock.tryLock()) {
      return false;
    }
    try {
      gone = true;
      staged.discard();
      return true;
    } finally {
      lock.unlock();
    }
  }

  Outcome<Long> append(InputStream body, @Nullable ContentRange range, UploadLimits limits)
      throws IOException {
    long before = staged.size();
    if (range != null && range.first() != before) {
      return Outcome.refused(
          ErrorCode.BLOB_UPLOAD_INVALID, 416, "the next byte of this upload is " + before);
    }
    Outcome<Long> written;
    try (WritableByteChannel file = staged.append()) {
      written = copy(body, before, file, limits);
    } catch (LostWriteException e) {
      gone = true;
      staged.discard();
      throw e;
    }
    if (written instanceof Outcome.Done<Long>(Long after)
        && range != null
        && after - before != range.length()) {
      written =
          Outcome.refused(
              ErrorCode.SIZE_INVALID, 400, "the chunk is not as long as its Content-Range says");
    }
    if (written instanceof Outcome.Refused<Long>) {
      staged.truncate(before);
      sha256 = null;
    }
    return written;
  }

  private Outcome<Long> copy(
      InputStream body, long start, WritableByteChannel file, UploadLimits limits)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    Pace.Watch watch = limits.pace().start(System::nanoTime);
    long size = start;
    // One read a turn, not a full buffer: what has arrived is to be kept when the sender dies.
    for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
      if (size + read > limits.bytesMax()) {
        return Outcome.refused(
            ErrorCode.SIZE_INVALID, "a blob has at most " + limits.bytesMax() + " bytes here");
      }
      write(buffer, read, file);
      size += read;
      if (watch.tooSlow(size - start)) {
        return Outcome.refused(ErrorCode.BLOB_UPLOAD_INVALID, 408, "the chunk came too slowly");
      }
    }
    return Outcome.done(size);
  }

  private void write(byte[] bytes, int length, WritableByteChannel file) throws IOException {
    Digester running = sha256;
    sha256 = null; // Until file and hash agree again.
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    if (running != null) {
      running.update(bytes, 0, length);
      sha256 = running;
    }
  }

  Outcome<Long> finish(Digest expected) throws IOException {
    long size = size();
    Digest actual = digest(expected.algorithm());
    if (!actual.equals(expected)) {
      gone = true;
      staged.discard();
      return Outcome.refused(
          ErrorCode.DIGEST_INVALID, "the content's digest is another: " + actual);
    }
    staged.commit(expected);
    gone = true;
    return Outcome.done(size);
  }

  private Digest digest(Digest.Algorithm algorithm) throws IOException {
    Digester running = algorithm == Digest.Algorithm.SHA256 ? sha256 : null;
    sha256 = null;
    return running != null ? running.finish() : reread(algorithm);
  }

  private Digest reread(Digest.Algorithm algorithm) throws IOException {
    Digester digester = new Digester(algorithm);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = staged.read()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digester.update(buffer, 0, read);
      }
    }
    return digester.finish();
  }
}
