package dev.gantry.build.cache;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Results of steps by what went into them: in memory, and in tables that all hosts of a database
 * share. What is new is written behind the back of builds, which need not wait for the disk: losing
 * an entry, or all, costs time and nothing else. Bounded: entries that were not used for long go
 * first. Thread-safe.
 */
public final class StepCache {
  private static final System.Logger LOG = System.getLogger(StepCache.class.getName());
  private static final int REMEMBERED_MAX = 10_000;
  private static final int UNWRITTEN_MAX = 5_000;

  private final DataSource source;
  private final int entriesMax;
  private final Map<String, CacheEntry> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CacheEntry> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };
  private Unwritten unwritten = new Unwritten();

  /** At most about so many entries. */
  public StepCache(DataSource source, int entriesMax) {
    this.source = source;
    this.entriesMax = entriesMax;
  }

  /** The result of a step. */
  record Result(CacheKey key, StepInputs inputs, CacheEntry entry) {}

  /** What the tables do not know yet. */
  private static final class Unwritten {
    // In order, so that two hosts that write at once do not wait for each other in a circle.
    private final SortedMap<String, Result> results = new TreeMap<>();
    private final SortedMap<String, String> slots = new TreeMap<>();
    private final SortedSet<String> used = new TreeSet<>();

    boolean isEmpty() {
      return results.isEmpty() && slots.isEmpty() && used.isEmpty();
    }
  }

  /** The result of a step with this key, if it is known. */
  public Optional<CacheEntry> find(CacheKey key) throws SQLException {
    synchronized (this) {
      CacheEntry entry = remembered.get(key.value());
      if (entry != null) {
        unwritten.used.add(key.value());
        return Optional.of(entry);
      }
    }
    try (Connection connection = source.getConnection()) {
      Optional<CacheEntry> entry = CacheRows.find(connection, key.value());
      entry.ifPresent(found -> remember(key, found));
      return entry;
    }
  }

  private synchronized void remember(CacheKey key, CacheEntry entry) {
    remembered.putIfAbsent(key.value(), entry);
    unwritten.used.add(key.value());
  }

  /** Remembers a result; the first for a key stays. It is written by the next {@link #flush}. */
  public void store(CacheKey key, StepInputs inputs, CacheEntry entry) {
    synchronized (this) {
      if (remembered.putIfAbsent(key.value(), entry) != null) {
        unwritten.used.add(key.value());
        return;
      }
      if (unwritten.results.size() < UNWRITTEN_MAX) {
        unwritten.results.put(key.value(), new Result(key, inputs, entry));
      }
    }
  }

  /** Forgets a result whose layer is gone. */
  public void forget(CacheKey key) throws SQLException {
    synchronized (this) {
      remembered.remove(key.value());
      unwritten.results.remove(key.value());
    }
    try (Connection connection = source.getConnection()) {
      CacheRows.delete(connection, key.value());
    }
  }

  /** What a place in a Dockerfile depended on when it was built last, as far as it is kept. */
  public Optional<StepInputs> before(String slot) throws SQLException {
    synchronized (this) {
      String key = unwritten.slots.get(slot);
      Result result = key == null ? null : unwritten.results.get(key);
      if (result != null) {
        return Optional.of(result.inputs().brief());
      }
    }
    try (Connection connection = source.getConnection()) {
      return CacheRows.inputsAt(connection, slot);
    }
  }

  /** Remembers what a place in a Dockerfile depends on now. */
  public synchronized void place(String slot, CacheKey key) {
    if (unwritten.slots.size() < UNWRITTEN_MAX) {
      unwritten.slots.put(slot, key.value());
    }
  }

  /** Writes what is new to the tables, in one transaction. What cannot be written is lost. */
  public void flush() {
    Unwritten taken;
    synchronized (this) {
      taken = unwritten;
      unwritten = new Unwritten();
    }
    if (taken.isEmpty()) {
      return;
    }
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        CacheRows.insert(connection, taken.results.values());
        CacheRows.use(connection, taken.used);
        CacheRows.place(connection, taken.slots);
        connection.commit();
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      LOG.log(System.Logger.Level.WARNING, "results of steps are not kept: " + e.getMessage());
    }
  }

  /** Drops what is over the limit, the longest unused first. */
  public void prune() throws SQLException {
    try (Connection connection = source.getConnection()) {
      CacheRows.prune(connection, entriesMax);
    }
  }
}
