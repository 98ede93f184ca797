package dev.gantry.build.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gantry.events.BuildContext;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.Parsed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Between rows and records. */
final class Rows {
  static final String BUILD =
      "id, position, state, spec, attempt, cancel_requested, created_at, started_at, finished_at,"
          + " image_digest, error, images";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Rows() {}

  static Build build(ResultSet row, List<BuildStep> steps) throws SQLException {
    return new Build(
        row.getString("id"),
        row.getLong("position"),
        BuildState.of(row.getString("state")),
        spec(row.getString("spec")),
        row.getInt("attempt"),
        row.getBoolean("cancel_requested"),
        new Build.Times(
            row.getTimestamp("created_at").toInstant(),
            instant(row, "started_at"),
            instant(row, "finished_at")),
        row.getString("image_digest"),
        error(row.getString("error")),
        images(row.getString("images")),
        steps);
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }

  static BuildSpec spec(String json) throws SQLException {
    return readableSpec(json)
        .orElseThrow(() -> new SQLException("a build's spec is damaged: " + json));
  }

  static Optional<BuildSpec> readableSpec(String json) {
    try {
      return BuildSpec.parse(JSON.readTree(json)) instanceof Parsed.Valid<BuildSpec>(BuildSpec spec)
          ? Optional.of(spec)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  static String json(Object value) throws SQLException {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new SQLException(value.getClass().getSimpleName() + " cannot be written", e);
    }
  }

  static @Nullable BuildContext context(@Nullable String json) throws SQLException {
    try {
      return json == null ? null : JSON.readValue(json, BuildContext.class);
    } catch (JsonProcessingException e) {
      throw new SQLException("a build's context is damaged", e);
    }
  }

  private static List<BuiltImage> images(@Nullable String json) throws SQLException {
    try {
      return json == null ? List.of() : List.of(JSON.readValue(json, BuiltImage[].class));
    } catch (JsonProcessingException e) {
      throw new SQLException("a build's images are damaged", e);
    }
  }

  private static @Nullable BuildError error(@Nullable String json) throws SQLException {
    try {
      return json == null ? null : JSON.readValue(json, BuildError.class);
    } catch (JsonProcessingException e) {
      throw new SQLException("a build's error is damaged", e);
    }
  }
}
