package dev.gantry.build.queue;

import dev.gantry.bus.Outbox;
import dev.gantry.bus.Pending;
import dev.gantry.events.CloudEventCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * The outbox table. Facts of one build get their positions under the lock of its row, so that
 * positions are in the order of their sequence.
 */
public final class JdbcOutbox implements Outbox {
  private final Database database;
  private final Semaphore written = new Semaphore(0);

  /** The table of this database. */
  public JdbcOutbox(Database database) {
    this.database = database;
  }

  /** Says that a transaction that wrote events has been committed. */
  public void written() {
    written.release();
  }

  @Override
  public List<Pending> next(int max) {
    return run(connection -> read(connection, max));
  }

  private static List<Pending> read(Connection connection, int max) throws SQLException {
    String sql =
        "SELECT position, topic, key, event_id, value FROM outbox ORDER BY position LIMIT ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, max);
      List<Pending> facts = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          facts.add(
              new Pending(
                  rows.getLong(1),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getBytes(5),
                  CloudEventCodec.headers()));
        }
      }
      return facts;
    }
  }

  @Override
  public void published(List<Pending> facts, Map<TopicPartition, Long> nextOffsets) {
    run(
        connection -> {
          delete(connection, facts);
          mark(connection, nextOffsets);
          return true;
        });
  }

  private static void delete(Connection connection, List<Pending> facts) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM outbox WHERE position = ANY (?)")) {
      Object[] positions = facts.stream().map(Pending::position).toArray();
      statement.setArray(1, connection.createArrayOf("bigint", positions));
      statement.executeUpdate();
    }
  }

  private static void mark(Connection connection, Map<TopicPartition, Long> nextOffsets)
      throws SQLException {
    String sql =
        "INSERT INTO outbox_mark (topic, partition, next_offset) VALUES (?, ?, ?)"
            + " ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Map.Entry<TopicPartition, Long> mark : nextOffsets.entrySet()) {
        statement.setString(1, mark.getKey().topic());
        statement.setInt(2, mark.getKey().partition());
        statement.setLong(3, mark.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  @Override
  public Map<TopicPartition, Long> marks() {
    return run(
        connection -> {
          Map<TopicPartition, Long> marks = new HashMap<>();
          try (PreparedStatement statement =
                  connection.prepareStatement(
                      "SELECT topic, partition, next_offset FROM outbox_mark");
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              marks.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
            }
          }
          return marks;
        });
  }

  @Override
  public void awaitMore(Duration patience) throws InterruptedException {
    if (written.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      written.drainPermits();
    }
  }

  private <T> T run(Database.Work<T> work) {
    try {
      return database.transaction(work);
    } catch (SQLException e) {
      throw new IllegalStateException("the outbox cannot be reached: " + e.getMessage(), e);
    }
  }
}
