package dev.gantry.dashboard.feed;

import dev.gantry.dashboard.view.ViewStore;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import dev.gantry.events.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;

/** The feed in PostgreSQL: entries, views and positions change together or not at all. */
final class FeedStore {
  private static final int DELETED_AT_ONCE_MAX = 10_000;

  private final DataSource database;
  private final ViewStore views;

  FeedStore(DataSource database, ViewStore views) {
    this.database = database;
    this.views = views;
  }

  /**
   * Stores entries, folds their events into the views, and moves the positions. An entry that is
   * there already is left out, of the views too.
   *
   * @return what was new, numbered
   */
  List<FeedItem> append(List<FeedEntry> entries, Map<TopicPartition, Long> positions)
      throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        List<FeedItem> items = new ArrayList<>();
        List<Envelope<? extends Event>> events = new ArrayList<>();
        insert(connection, entries, items, events);
        views.fold(connection, events);
        move(connection, positions);
        connection.commit();
        return items;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  Map<TopicPartition, Long> positions() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select topic, \"partition\", next_offset from feed_position");
        ResultSet rows = select.executeQuery()) {
      Map<TopicPartition, Long> positions = new HashMap<>();
      while (rows.next()) {
        positions.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
      }
      return positions;
    }
  }

  /** The number of the newest entry, 0 when there is none. */
  long lastId() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("select coalesce(max(id), 0) from event_feed");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  List<FeedItem> after(long id, int max) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select id, topic, type, subject, event from event_feed"
                    + " where id > ? order by id limit ?")) {
      select.setLong(1, id);
      select.setInt(2, max);
      try (ResultSet rows = select.executeQuery()) {
        List<FeedItem> items = new ArrayList<>();
        while (rows.next()) {
          items.add(
              new FeedItem(
                  rows.getLong(1),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5)));
        }
        return items;
      }
    }
  }

  /**
   * Deletes the oldest entries beyond a number and an age, and those views beyond a number of each
   * kind that have been silent longest.
   *
   * @return how many entries went; call again while there are many
   */
  int forget(long entriesMax, Duration ageMax, long viewsMax) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "delete from event_feed where id in (select id from event_feed where id <="
                    + " (select max(id) from event_feed) - ? or received_at < ?"
                    + " order by id limit ?)")) {
      delete.setLong(1, entriesMax);
      delete.setObject(2, OffsetDateTime.ofInstant(Instant.now().minus(ageMax), ZoneOffset.UTC));
      delete.setInt(3, DELETED_AT_ONCE_MAX);
      int deleted = delete.executeUpdate();
      views.forget(connection, viewsMax);
      return deleted;
    }
  }

  private static void insert(
      Connection connection,
      List<FeedEntry> entries,
      List<FeedItem> items,
      List<Envelope<? extends Event>> events)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into event_feed (topic, \"partition\", \"offset\", type, subject, event)"
                + " values (?, ?, ?, ?, ?, ?) on conflict do nothing returning id")) {
      for (FeedEntry entry : entries) {
        // Of what only the latest record counts, the views keep the latest and the feed nothing.
        long id = Topics.compacted(entry.topic()) ? 0 : insert(insert, entry);
        if (id > 0) {
          items.add(new FeedItem(id, entry.topic(), entry.type(), entry.subject(), entry.event()));
        }
        if (entry.envelope() != null && (id > 0 || Topics.compacted(entry.topic()))) {
          events.add(entry.envelope());
        }
      }
    }
  }

  /** The number of the new entry, or 0 when it is there already. */
  private static long insert(PreparedStatement insert, FeedEntry entry) throws SQLException {
    insert.setString(1, entry.topic());
    insert.setInt(2, entry.partition());
    insert.setLong(3, entry.offset());
    insert.setString(4, entry.type());
    insert.setString(5, entry.subject());
    insert.setString(6, entry.event());
    try (ResultSet id = insert.executeQuery()) {
      return id.next() ? id.getLong(1) : 0;
    }
  }

  private static void move(Connection connection, Map<TopicPartition, Long> positions)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "insert into feed_position values (?, ?, ?)"
                + " on conflict (topic, \"partition\") do update"
                + " set next_offset = excluded.next_offset")) {
      for (Map.Entry<TopicPartition, Long> position : positions.entrySet()) {
        upsert.setString(1, position.getKey().topic());
        upsert.setInt(2, position.getKey().partition());
        upsert.setLong(3, position.getValue());
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }
}
