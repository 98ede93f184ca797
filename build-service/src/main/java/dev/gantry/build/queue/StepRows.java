package dev.gantry.build.queue;

import dev.gantry.events.BuildEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The table of steps. */
final class StepRows {
  private StepRows() {}

  /** Writes down what happened to steps; any that ends has begun here or before. */
  static void write(Connection connection, String build, List<? extends BuildEvent> events)
      throws SQLException {
    start(connection, build, of(BuildEvent.StepStarted.class, events));
    finish(connection, build, of(BuildEvent.StepFinished.class, events));
  }

  private static <T> List<T> of(Class<T> kind, List<? extends BuildEvent> events) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static void start(Connection connection, String build, List<BuildEvent.StepStarted> steps)
      throws SQLException {
    String sql =
        "INSERT INTO build_step (build_id, number, total, stage, instruction, state)"
            + " VALUES (?, ?, ?, ?, ?, 'running') ON CONFLICT (build_id, number) DO NOTHING";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (BuildEvent.StepStarted step : steps) {
        statement.setString(1, build);
        statement.setInt(2, step.step());
        statement.setInt(3, step.total());
        statement.setString(4, step.stage());
        statement.setString(5, step.instruction());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void finish(
      Connection connection, String build, List<BuildEvent.StepFinished> steps)
      throws SQLException {
    String sql =
        "UPDATE build_step SET state = 'done', cached = ?, cache_miss = ?, duration_millis = ?"
            + " WHERE build_id = ? AND number = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (BuildEvent.StepFinished step : steps) {
        statement.setBoolean(1, step.cached());
        statement.setString(2, step.cacheMiss());
        statement.setLong(3, step.durationMillis());
        statement.setString(4, build);
        statement.setInt(5, step.step());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  static List<BuildStep> read(Connection connection, String build) throws SQLException {
    String sql =
        "SELECT number, total, stage, instruction, state, cached, cache_miss, duration_millis"
            + " FROM build_step WHERE build_id = ? ORDER BY number";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, build);
      List<BuildStep> steps = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          steps.add(
              new BuildStep(
                  row.getInt(1),
                  row.getInt(2),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5),
                  row.getBoolean(6),
                  row.getString(7),
                  row.getObject(8, Long.class)));
        }
      }
      return steps;
    }
  }
}
