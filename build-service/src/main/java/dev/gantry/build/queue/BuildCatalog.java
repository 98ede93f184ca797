package dev.gantry.build.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /** The newest builds that a filter lets through, with their steps. */
  public List<Build> list(BuildFilter filter, int limit) throws SQLException {
    String sql =
        "SELECT "
            + Rows.BUILD
            + " FROM build WHERE position < ? AND (? OR state = ANY (?))"
            + " AND (?::text IS NULL OR jsonb_path_exists(spec::jsonb,"
            + " '$.tags[*] ? (@ == $tag || @ starts with $repository)',"
            + " jsonb_build_object('tag', ?::text, 'repository', ?::text || ':')))"
            + " AND created_at >= coalesce(?::timestamptz, '-infinity') AND created_at < coalesce(?::timestamptz, 'infinity')"
            + " ORDER BY position DESC LIMIT ?";
    return database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Object[] states = filter.states().stream().map(BuildState::label).toArray();
            statement.setLong(1, filter.before());
            statement.setBoolean(2, filter.states().isEmpty());
            statement.setArray(3, connection.createArrayOf("text", states));
            statement.setString(4, filter.tag());
            statement.setString(5, filter.tag());
            statement.setString(6, filter.tag());
            statement.setTimestamp(7, timestamp(filter.since()));
            statement.setTimestamp(8, timestamp(filter.until()));
            statement.setInt(9, limit);
            return read(connection, statement);
          }
        });
  }

  private static @Nullable Timestamp timestamp(@Nullable Instant time) {
    return time == null ? null : Timestamp.from(time);
  }

  /** Where the images of a build came from, as JSON; empty where there is none. */
  public Optional<String> provenance(String id) throws SQLException {
    return database.transaction(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement("SELECT provenance FROM build WHERE id = ?")) {
            statement.setString(1, id);
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
            }
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
