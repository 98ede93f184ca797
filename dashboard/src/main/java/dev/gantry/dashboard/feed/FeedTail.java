package dev.gantry.dashboard.feed;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of the feed in memory, bounded in number and size, so that clients who keep up cost no
 * query; and the place where they wait for more.
 */
final class FeedTail {
  private static final int ITEMS_MAX = 2_000;
  private static final long CHARS_MAX = 8L << 20;

  private final Deque<FeedItem> items = new ArrayDeque<>();
  private @Nullable Long missingUpTo;
  private long lastId;
  private long chars;

  /** The feed is stored up to here; nothing of it is in memory. */
  synchronized void begin(long lastId) {
    items.clear();
    chars = 0;
    this.lastId = lastId;
    missingUpTo = lastId;
    notifyAll();
  }

  /** Whether {@link #begin} has been called. */
  synchronized boolean isReady() {
    return missingUpTo != null;
  }

  synchronized long lastId() {
    return lastId;
  }

  /** Stored items, in order. */
  synchronized void append(Collection<FeedItem> stored) {
    for (FeedItem item : stored) {
      items.addLast(item);
      chars += item.event().length();
      lastId = item.id();
    }
    while (items.size() > ITEMS_MAX || chars > CHARS_MAX) {
      FeedItem oldest = items.removeFirst();
      chars -= oldest.event().length();
      missingUpTo = oldest.id();
    }
    notifyAll();
  }

  /** The items after an id, at most {@code max}; empty when they are not all in memory. */
  synchronized Optional<List<FeedItem>> after(long id, int max) {
    return missingUpTo != null && id >= missingUpTo
        ? Optional.of(items.stream().filter(item -> item.id() > id).limit(max).toList())
        : Optional.empty();
  }

  /** Waits until there is something after an id. */
  synchronized void awaitAfter(long id, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    long left = patience.toMillis();
    while (lastId <= id && left > 0) {
      wait(left);
      left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    }
  }
}
