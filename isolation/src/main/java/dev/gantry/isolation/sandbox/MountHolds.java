package dev.gantry.isolation.sandbox;

import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.process.ProcessId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Mounts that outlive their sandboxes by a moment. A process that ends with the last reference to
 * its mount namespace unmounts everything before anybody hears of its end, and an overlay that is
 * unmounted waits until the disk has all of the file system that its upper directory lies on:
 * whatever others have written there. Whoever holds the namespace waits instead. Thread-safe.
 */
final class MountHolds implements AutoCloseable {
  /** Each is a descriptor; the ends of further sandboxes take longer. */
  private static final int HOLDS_MAX = 4_000;

  /** By then the exit is written down and told: that waits for the same disk. */
  private static final long LINGER_MILLIS = 100;

  private final Map<String, FileDescriptor> held = new ConcurrentHashMap<>();

  /** One after the other: they wait for the same disk. */
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("mount-holds").daemon().factory());

  /**
   * Holds the mounts of a sandbox until a moment after its end; nothing happens when it has ended.
   *
   * @param exit completes when it has
   */
  void hold(String id, ProcessId init, CompletableFuture<?> exit) throws IOException {
    if (held.size() >= HOLDS_MAX) {
      return;
    }
    Optional<FileDescriptor> namespace = init.mountNamespace();
    if (namespace.isEmpty()) {
      return;
    }
    FileDescriptor before = held.put(id, namespace.get());
    if (before != null) {
      before.close();
    }
    var _ = exit.whenComplete((_, _) -> releaseSoon(id, namespace.get()));
  }

  /** Returns when the mounts of a sandbox that has ended are undone. */
  void release(String id) {
    FileDescriptor namespace = held.remove(id);
    if (namespace != null) {
      namespace.close();
    }
  }

  private void releaseSoon(String id, FileDescriptor namespace) {
    Runnable release =
        () -> {
          held.remove(id, namespace);
          namespace.close();
        };
    try {
      var _ = thread.schedule(release, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      release.run(); // we are closed
    }
  }

  /** Lets go of all: those of sandboxes that live stay, as they are the sandboxes' own. */
  @Override
  public void close() {
    thread.shutdownNow();
    held.keySet().forEach(this::release);
  }
}
