package dev.gantry.build.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds to look at. */
public final class BuildCatalog {
  private final Database database;

  /** The builds of this database. */
  public BuildCatalog(Database database) {
    this.database = database;
  }

  /** The build with exactly this id. */
  public Optional<Build> get(String id) throws SQLException {
    return startingWith(id).stream().filter(build -> build.id().equals(id)).findFirst();
  }

  /** The builds whose id starts so, with their steps; at most two, which is one too many. */
  public List<Build> startingWith(String prefix) throws SQLException {
    String sql = "SELECT " + Rows.BUILD + " FROM build WHERE id LIKE ? ORDER BY id LIMIT 2";
    return database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, prefix + "%");
            return read(connection, statement);
          }
        });
  }

  /** The newest builds that are older than a position. */
  public List<Build> before(long position, int limit) throws SQLException {
    String sql =
        "SELECT " + Rows.BUILD + " FROM build WHERE position < ? ORDER BY position DESC LIMIT ?";
    return database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, position);
            statement.setInt(2, limit);
            return read(connection, statement);
          }
        });
  }

  private static List<Build> read(Connection connection, PreparedStatement statement)
      throws SQLException {
    List<Build> builds = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        builds.add(Rows.build(rows, StepRows.read(connection, rows.getString("id"))));
      }
    }
    return builds;
  }
}
