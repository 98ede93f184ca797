package dev.gantry.build.execute;

import dev.gantry.build.cache.StepCache;
import dev.gantry.build.layer.LayerStore;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is done behind the back of builds, after each: the cache is written down, layers are made
 * durable, and what was not used for longest goes when there is too much. Thread-safe.
 */
final class Upkeep {
  private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());

  /** Modification times on disk may lag behind the clock by a tick. */
  private static final Duration TICK = Duration.ofSeconds(1);

  private final LayerStore layers;
  private final StepCache cache;
  private final CacheMounts mounts;
  private final Quota quota;
  private final Map<Object, Instant> running = new ConcurrentHashMap<>();
  private final AtomicBoolean wanted = new AtomicBoolean();

  Upkeep(LayerStore layers, StepCache cache, CacheMounts mounts, Quota quota) {
    this.layers = layers;
    this.cache = cache;
    this.mounts = mounts;
    this.quota = quota;
  }

  /**
   * A build begins: what it uses from now on stays until it ends.
   *
   * @return to be closed at its end, which is when there is something to do
   */
  Running begin() {
    Object build = new Object();
    running.put(build, Instant.now().minus(TICK));
    return () -> {
      running.remove(build);
      if (wanted.compareAndSet(false, true)) {
        Thread.ofPlatform().daemon().name("build-upkeep").start(this::keepUp);
      }
    };
  }

  /** A build that runs. */
  @FunctionalInterface
  interface Running extends AutoCloseable {
    @Override
    void close();
  }

  private synchronized void keepUp() {
    wanted.set(false);
    try {
      cache.flush();
      layers.sync();
      Instant now = Instant.now().minus(TICK);
      Instant since = running.values().stream().min(Instant::compareTo).orElse(now);
      layers.prune(quota.layerBytes(), since);
      mounts.prune(quota.mountBytes());
      cache.prune();
    } catch (IOException | SQLException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the upkeep of builds waits for the next one", e);
    }
  }
}
