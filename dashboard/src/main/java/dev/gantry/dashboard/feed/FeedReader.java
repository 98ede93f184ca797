package dev.gantry.dashboard.feed;

import java.sql.SQLException;
import java.util.List;

/** The feed as a client reads it: from memory where it can, from the database where it must. */
final class FeedReader {
  private final FeedStore store;
  private final FeedTail tail;

  FeedReader(FeedStore store, FeedTail tail) {
    this.store = store;
    this.tail = tail;
  }

  /** Whatever comes after an id, in order, at most {@code max}; empty at the end. */
  List<FeedItem> after(long id, int max) throws SQLException {
    var inMemory = tail.after(id, max);
    return inMemory.isPresent() ? inMemory.get() : store.after(id, max);
  }

  FeedTail tail() {
    return tail;
  }
}
