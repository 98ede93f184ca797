package dev.gantry.build.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cache's tables. A row that cannot be read counts as none. */
final class CacheRows {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final System.Logger LOG = System.getLogger(CacheRows.class.getName());

  private CacheRows() {}

  static Optional<CacheEntry> find(Connection connection, String key) throws SQLException {
    String sql = "SELECT layer, created_at, chain FROM cache_entry WHERE key = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, key);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        String layer = row.getString(1);
        Optional<CachedLayer> parsed = layer == null ? Optional.empty() : layer(layer);
        return layer != null && parsed.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new CacheEntry(row.getString(3), parsed, row.getTimestamp(2).toInstant()));
      }
    }
  }

  static Optional<StepInputs> inputsAt(Connection connection, String slot) throws SQLException {
    String sql =
        "SELECT e.inputs FROM cache_slot s JOIN cache_entry e ON e.key = s.key WHERE s.slot = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, slot);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? inputs(row.getString(1)) : Optional.empty();
      }
    }
  }

  /** Writes results; the first for a key stays. */
  static void insert(Connection connection, Collection<StepCache.Result> results)
      throws SQLException {
    String sql =
        "INSERT INTO cache_entry (key, layer, inputs, created_at, chain) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT (key) DO UPDATE SET used_at = now()";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (StepCache.Result result : results) {
        CacheEntry entry = result.entry();
        statement.setString(1, result.key().value());
        statement.setString(2, entry.layer().map(CacheRows::json).orElse(null));
        statement.setString(3, json(result.inputs().brief()));
        statement.setTimestamp(4, Timestamp.from(entry.createdAt()));
        statement.setString(5, entry.chain());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  static void use(Connection connection, Collection<String> keys) throws SQLException {
    String sql = "UPDATE cache_entry SET used_at = now() WHERE key = ANY (?)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, connection.createArrayOf("text", keys.toArray()));
      statement.executeUpdate();
    }
  }

  static void place(Connection connection, Map<String, String> keysBySlot) throws SQLException {
    String sql =
        "INSERT INTO cache_slot (slot, key) VALUES (?, ?)"
            + " ON CONFLICT (slot) DO UPDATE SET key = excluded.key, used_at = now()";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Map.Entry<String, String> slot : keysBySlot.entrySet()) {
        statement.setString(1, slot.getKey());
        statement.setString(2, slot.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  static void delete(Connection connection, String key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM cache_entry WHERE key = ?")) {
      statement.setString(1, key);
      statement.executeUpdate();
    }
  }

  /** Drops what is over the limit, the longest unused first. */
  static void prune(Connection connection, int rowsMax) throws SQLException {
    for (String table : new String[] {"cache_entry", "cache_slot"}) {
      String sql =
          "DELETE FROM "
              + table
              + " WHERE used_at < (SELECT used_at FROM "
              + table
              + " ORDER BY used_at DESC OFFSET ? LIMIT 1)";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setInt(1, rowsMax);
        statement.executeUpdate();
      }
    }
  }

  private static String json(CachedLayer layer) {
    return write(layer).toString();
  }

  static ObjectNode write(CachedLayer layer) {
    ObjectNode node = JSON.createObjectNode();
    node.put("digest", layer.blob().digest().toString());
    node.put("size", layer.blob().size());
    node.put("mediaType", layer.blob().mediaType());
    node.put("diffId", layer.diffId().toString());
    node.put("repository", layer.repository());
    return node;
  }

  private static Optional<CachedLayer> layer(String json) {
    try {
      return Optional.of(read(JSON.readTree(json)));
    } catch (JsonProcessingException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a cache entry is damaged: " + e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * The layer that {@link #write} wrote.
   *
   * @throws RuntimeException for anything else
   */
  static CachedLayer read(JsonNode node) {
    Descriptor blob =
        new Descriptor(
            node.required("mediaType").asText(),
            Digest.parse(node.required("digest").asText()),
            node.required("size").asLong());
    return new CachedLayer(
        blob, Digest.parse(node.required("diffId").asText()), node.required("repository").asText());
  }

  private static String json(StepInputs inputs) throws SQLException {
    try {
      return JSON.writeValueAsString(inputs);
    } catch (JsonProcessingException e) {
      throw new SQLException("inputs cannot be written", e);
    }
  }

  private static Optional<StepInputs> inputs(@Nullable String json) {
    try {
      return Optional.ofNullable(json == null ? null : JSON.readValue(json, StepInputs.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
