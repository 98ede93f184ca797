package dev.gantry.build.execute;

import dev.gantry.build.layer.TreeSize;
import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the steps of one build have written, as the sizes of their files: sparse ones count in full,
 * as they do in a layer. Thread-safe.
 */
final class DiskUse {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int PAUSES_PER_LOOK = 10;
  private static final System.Logger LOG = System.getLogger(DiskUse.class.getName());

  private final long bytesMax;
  private final AtomicLong written = new AtomicLong();

  DiskUse(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Counts what a step has written for good. */
  void add(long bytes) {
    written.addAndGet(bytes);
  }

  /** Whether more was written than may be, with so much more that is being written. */
  boolean exceededWith(long bytes) {
    return written.get() + bytes > bytesMax;
  }

  long bytesMax() {
    return bytesMax;
  }

  /** Looks after a directory that a process writes to, until closed. */
  Watch watch(Path directory, Runnable whenTooMuch) {
    return new Watch(directory, whenTooMuch);
  }

  /** Looks again and again, most of the time at nothing: a look takes a tenth of the time. */
  final class Watch implements AutoCloseable {
    private final Path directory;
    private final Runnable whenTooMuch;
    private final Thread thread;
    private volatile boolean tooMuch;

    private Watch(Path directory, Runnable whenTooMuch) {
      this.directory = directory;
      this.whenTooMuch = whenTooMuch;
      this.thread = Thread.ofPlatform().daemon().name("disk-use").start(this::look);
    }

    boolean tooMuch() {
      return tooMuch;
    }

    private void look() {
      try {
        long pause = PAUSE.toNanos();
        while (!tooMuch) {
          TimeUnit.NANOSECONDS.sleep(pause);
          long begun = System.nanoTime();
          tooMuch = exceededWith(bytes());
          pause = Math.max(PAUSE.toNanos(), PAUSES_PER_LOOK * (System.nanoTime() - begun));
        }
        whenTooMuch.run();
      } catch (InterruptedException e) {
        // Closed: nobody wants to know any more.
      }
    }

    private long bytes() {
      try (DirFd root = DirFd.open(directory)) {
        return TreeSize.bytes(root);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "what a step writes cannot be counted now", e);
        return 0;
      }
    }

    @Override
    public void close() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }
}
