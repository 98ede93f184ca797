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

  static void start(Connection connection, String build, BuildEvent.StepStarted step)
      throws SQLException {
    String sql =
        "INSERT INTO build_step (build_id, number, total, stage, instruction, state)"
            + " VALUES (?, ?, ?, ?, ?, 'running') ON CONFLICT (build_id, number) DO NOTHING";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, build);
      statement.setInt(2, step.step());
      statement.setInt(3, step.total());
      statement.setString(4, step.stage());
      statement.setString(5, step.instruction());
      statement.executeUpdate();
    }
  }

  static void finish(Connection connection, String build, BuildEvent.StepFinished step)
      throws SQLException {
    String sql =
        "UPDATE build_step SET state = 'done', cached = ?, cache_miss = ?, duration_millis = ?"
            + " WHERE build_id = ? AND number = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setBoolean(1, step.cached());
      statement.setString(2, step.cacheMiss());
      statement.setLong(3, step.durationMillis());
      statement.setString(4, build);
      statement.setInt(5, step.step());
      statement.executeUpdate();
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
