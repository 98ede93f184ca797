package dev.gantry.build.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;

/** The table of sealed values. */
final class SecretRows {
  private SecretRows() {}

  static void insert(Connection connection, String build, Map<String, byte[]> sealed)
      throws SQLException {
    if (sealed.isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO build_secret (build_id, id, sealed) VALUES (?, ?, ?)")) {
      for (Map.Entry<String, byte[]> each : sealed.entrySet()) {
        statement.setString(1, build);
        statement.setString(2, each.getKey());
        statement.setBytes(3, each.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  static void delete(Connection connection, String build) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM build_secret WHERE build_id = ?")) {
      statement.setString(1, build);
      statement.executeUpdate();
    }
  }
}
