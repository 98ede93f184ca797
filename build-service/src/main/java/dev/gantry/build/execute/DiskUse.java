package dev.gantry.build.execute;

import dev.gantry.build.layer.TreeSize;
import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

  /** More is to be written than may be. */
  static final class ExceededException extends IOException {
    private static final long serialVersionUID = 1L;

    ExceededException(long bytesMax) {
      super("the build has written more than " + bytesMax + " bytes");
    }
  }

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

  /** Looks after directories that a process writes to, until closed: what comes to them counts. */
  Watch watch(List<Path> directories, Runnable whenTooMuch) {
    return new Watch(directories, whenTooMuch);
  }

  /**
   * Looks again and again, most of the time at nothing: a look takes a tenth of the time. The first
   * directory begins empty; of the others that counts which is more than at first.
   */
  final class Watch implements AutoCloseable {
    private final List<Path> directories;
    private final Runnable whenTooMuch;
    private final Thread thread;
    private volatile boolean tooMuch;

    private Watch(List<Path> directories, Runnable whenTooMuch) {
      this.directories = List.copyOf(directories);
      this.whenTooMuch = whenTooMuch;
      this.thread = Thread.ofPlatform().daemon().name("disk-use").start(this::look);
    }

    boolean tooMuch() {
      return tooMuch;
    }

    private void look() {
      try {
        long pause = PAUSE.toNanos();
        TimeUnit.NANOSECONDS.sleep(pause);
        long before = bytes(directories.subList(1, directories.size()));
        while (!tooMuch) {
          TimeUnit.NANOSECONDS.sleep(pause);
          long begun = System.nanoTime();
          tooMuch = exceededWith(bytes(directories) - before);
          pause = Math.max(PAUSE.toNanos(), PAUSES_PER_LOOK * (System.nanoTime() - begun));
        }
        whenTooMuch.run();
      } catch (InterruptedException e) {
        // Closed: nobody wants to know any more.
      }
    }

    private static long bytes(List<Path> directories) {
      long bytes = 0;
      for (Path directory : directories) {
        try (DirFd root = DirFd.open(directory)) {
          bytes += TreeSize.bytes(root);
        } catch (IOException e) {
          LOG.log(System.Logger.Level.DEBUG, "what a step writes cannot be counted now", e);
        }
      }
      return bytes;
    }

    @Override
    public void close() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }
}
