package dev.gantry.image.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is written to a file to the disk while more is coming, so that little is left to do
 * when the sender waits for the end. It replaces no sync: it only makes the last one short. One
 * thread.
 */
final class WritebackChannel implements WritableByteChannel {
  private static final long STEP_BYTES = 32L * 1024 * 1024;

  private final FileChannel file;
  private long askedFor;
  private @Nullable FutureTask<?> running;

  /** Writes from the file's position on. */
  WritebackChannel(FileChannel file) throws IOException {
    this.file = file;
    this.askedFor = file.position();
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int written = file.write(bytes);
    boolean idle = running == null || running.isDone();
    if (file.position() - askedFor >= STEP_BYTES && idle) {
      await();
      askedFor = file.position();
      running =
          new FutureTask<>(
              () -> {
                file.force(false);
                return null;
              });
      Thread.ofVirtual().name("writeback").start(running);
    }
    return written;
  }

  private void await() throws IOException {
    boolean interrupted = false;
    while (running != null) {
      try {
        running.get();
        running = null;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        running = null;
        throw new LostWriteException(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    try (file) {
      await();
    }
  }
}
