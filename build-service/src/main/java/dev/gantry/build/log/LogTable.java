package dev.gantry.build.log;

import dev.gantry.build.queue.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;

/** Logs in PostgreSQL, where every host finds them. Thread-safe. */
public final class LogTable {
  private final Database database;

  /** In this database. */
  public LogTable(Database database) {
    this.database = database;
  }

  /** Appends a piece; only while the attempt is the present one, whoever else is late. */
  void append(Connection connection, String build, int attempt, LogPiece piece)
      throws SQLException {
    String sql =
        "INSERT INTO build_log (build_id, position, lines)"
            + " SELECT id, ?, ? FROM build WHERE id = ? AND attempt = ?"
            + " ON CONFLICT (build_id, position) DO NOTHING";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, piece.position());
      statement.setBytes(2, piece.lines());
      statement.setString(3, build);
      statement.setInt(4, attempt);
      statement.executeUpdate();
    }
  }

  void append(String build, int attempt, LogPiece piece) throws SQLException {
    database.transaction(
        connection -> {
          append(connection, build, attempt, piece);
          return true;
        });
  }

  /** The piece that holds a position. */
  Optional<LogPiece> holding(String build, long position) throws SQLException {
    String sql =
        "SELECT position, lines FROM build_log WHERE build_id = ? AND position <= ?"
            + " AND position + length(lines) > ? ORDER BY position DESC LIMIT 1";
    return database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, build);
            statement.setLong(2, position);
            statement.setLong(3, position);
            try (ResultSet row = statement.executeQuery()) {
              return row.next()
                  ? Optional.of(new LogPiece(row.getLong(1), row.getBytes(2)))
                  : Optional.empty();
            }
          }
        });
  }

  /** Which attempt a build ended with; empty where it has not ended, or is not known. */
  OptionalInt ended(String build) throws SQLException {
    String sql = "SELECT attempt FROM build WHERE id = ? AND state NOT IN ('queued', 'running')";
    return database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, build);
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
            }
          }
        });
  }

  /** Forgets the logs of all but the newest builds. */
  void prune(int logsMax) throws SQLException {
    String sql =
        "DELETE FROM build_log WHERE build_id IN (SELECT b.id FROM build b WHERE b.position <"
            + " (SELECT position FROM build ORDER BY position DESC OFFSET ? LIMIT 1)"
            + " AND b.state NOT IN ('queued', 'running')"
            + " AND EXISTS (SELECT 1 FROM build_log l WHERE l.build_id = b.id))";
    database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, logsMax);
            return statement.executeUpdate();
          }
        });
  }
}
