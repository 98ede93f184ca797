package dev.gantry.build.queue;

import dev.gantry.events.BuildEvent;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import dev.gantry.events.Topics;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes events into the outbox, in the transaction of the change that they tell of. */
public final class FactLog {
  private final URI source;
  private final CloudEventCodec codec = new CloudEventCodec();

  /** Facts say that they come from this source. */
  public FactLog(URI source) {
    this.source = source;
  }

  /** Now, as precise as events and tables are. */
  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  /** Appends the next fact of a build, whose row must exist and is locked by this. */
  void append(Connection connection, String build, BuildEvent event) throws SQLException {
    append(connection, build, List.of(event));
  }

  /** Appends facts in order; how many there are costs next to nothing. */
  void append(Connection connection, String build, List<? extends BuildEvent> events)
      throws SQLException {
    String sql =
        "UPDATE build SET sequence = sequence + ? WHERE id = ?"
            + " RETURNING sequence, request_id, correlation_id";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, events.size());
      statement.setString(2, build);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("no build " + build);
        }
        long sequence = row.getLong(1) - events.size();
        String request = row.getString(2);
        String correlation = correlation(row.getString(3), request);
        List<Envelope<? extends Event>> facts = new ArrayList<>();
        for (BuildEvent event : events) {
          facts.add(
              Envelope.fact(source, now(), build, ++sequence, event)
                  .causedBy(request, correlation));
        }
        insert(connection, Topics.BUILD_EVENTS, build, facts);
      }
    }
  }

  private static String correlation(@Nullable String given, String request) {
    return given == null ? request : given;
  }

  /** Appends a request, as if it had come from elsewhere. */
  void request(Connection connection, String build, Envelope<? extends Event> request)
      throws SQLException {
    insert(connection, Topics.BUILD_REQUESTS, build, List.of(request));
  }

  private void insert(
      Connection connection, String topic, String key, List<Envelope<? extends Event>> events)
      throws SQLException {
    String sql = "INSERT INTO outbox (topic, key, event_id, value) VALUES (?, ?, ?, ?)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Envelope<? extends Event> event : events) {
        statement.setString(1, topic);
        statement.setString(2, key);
        statement.setString(3, event.id());
        statement.setBytes(4, codec.encode(event));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
