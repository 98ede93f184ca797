package dev.gantry.build.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The cache's tables. Bounded: entries that were not used for long go first. Losing an entry, or
 * all, costs time and nothing else. Thread-safe.
 */
public final class StepCache {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NAMED_SOURCES_MAX = 2_000;

  private final DataSource source;
  private final int entriesMax;

  /** At most about so many entries. */
  public StepCache(DataSource source, int entriesMax) {
    this.source = source;
    this.entriesMax = entriesMax;
  }

  /** The result of a step with this key, if it is known. */
  public Optional<CacheEntry> find(CacheKey key) throws SQLException {
    String sql =
        "UPDATE cache_entry SET used_at = now() WHERE key = ? RETURNING layer, created_at, chain";
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, key.value());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        Instant created = row.getTimestamp(2).toInstant();
        return Optional.of(new CacheEntry(row.getString(3), layer(row.getString(1)), created));
      }
    }
  }

  /** Remembers a result; the first for a key stays. */
  public void store(CacheKey key, StepInputs inputs, CacheEntry entry) throws SQLException {
    String sql =
        "INSERT INTO cache_entry (key, layer, inputs, created_at, chain) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT (key) DO UPDATE SET used_at = now()";
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, key.value());
      statement.setString(2, entry.layer().map(StepCache::json).orElse(null));
      statement.setString(3, json(inputs));
      statement.setTimestamp(4, Timestamp.from(entry.createdAt()));
      statement.setString(5, entry.chain());
      statement.executeUpdate();
    }
  }

  /** Forgets a result whose layer is gone. */
  public void forget(CacheKey key) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("DELETE FROM cache_entry WHERE key = ?")) {
      statement.setString(1, key.value());
      statement.executeUpdate();
    }
  }

  /** Remembers what a place in a Dockerfile depends on now; tells what it was before. */
  public Optional<StepInputs> exchange(String slot, CacheKey key) throws SQLException {
    String select =
        "SELECT e.inputs FROM cache_slot s JOIN cache_entry e ON e.key = s.key WHERE s.slot = ?";
    String upsert =
        "INSERT INTO cache_slot (slot, key) VALUES (?, ?)"
            + " ON CONFLICT (slot) DO UPDATE SET key = excluded.key, used_at = now()";
    try (Connection connection = source.getConnection();
        PreparedStatement before = connection.prepareStatement(select);
        PreparedStatement after = connection.prepareStatement(upsert)) {
      before.setString(1, slot);
      Optional<StepInputs> inputs = Optional.empty();
      try (ResultSet row = before.executeQuery()) {
        if (row.next()) {
          inputs = Optional.of(inputs(row.getString(1)));
        }
      }
      after.setString(1, slot);
      after.setString(2, key.value());
      after.executeUpdate();
      return inputs;
    }
  }

  /** Drops what is over the limit, the longest unused first. */
  public void prune() throws SQLException {
    for (String table : new String[] {"cache_entry", "cache_slot"}) {
      String sql =
          "DELETE FROM "
              + table
              + " WHERE used_at < (SELECT used_at FROM "
              + table
              + " ORDER BY used_at DESC OFFSET ? LIMIT 1)";
      try (Connection connection = source.getConnection();
          PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setInt(1, entriesMax);
        statement.executeUpdate();
      }
    }
  }

  private static String json(CachedLayer layer) {
    ObjectNode node = JSON.createObjectNode();
    node.put("digest", layer.blob().digest().toString());
    node.put("size", layer.blob().size());
    node.put("mediaType", layer.blob().mediaType());
    node.put("diffId", layer.diffId().toString());
    node.put("repository", layer.repository());
    return node.toString();
  }

  private static Optional<CachedLayer> layer(@Nullable String json) throws SQLException {
    if (json == null) {
      return Optional.empty();
    }
    try {
      var node = JSON.readTree(json);
      Descriptor blob =
          new Descriptor(
              node.get("mediaType").asText(),
              Digest.parse(node.get("digest").asText()),
              node.get("size").asLong());
      Digest diffId = Digest.parse(node.get("diffId").asText());
      return Optional.of(new CachedLayer(blob, diffId, node.get("repository").asText()));
    } catch (JsonProcessingException | RuntimeException e) {
      throw new SQLException("a cache entry is damaged", e);
    }
  }

  /** Of very many sources only a digest is kept: enough to see that they changed. */
  private static String json(StepInputs inputs) throws SQLException {
    StepInputs kept = inputs;
    if (inputs.sources().size() > NAMED_SOURCES_MAX) {
      String all = CacheKey.of(new StepInputs("", "", Map.of(), inputs.sources())).value();
      kept =
          new StepInputs(
              inputs.parent(), inputs.instruction(), inputs.env(), Map.of("(many)", all));
    }
    try {
      return JSON.writeValueAsString(kept);
    } catch (JsonProcessingException e) {
      throw new SQLException("inputs cannot be written", e);
    }
  }

  private static StepInputs inputs(String json) throws SQLException {
    try {
      return JSON.readValue(json, StepInputs.class);
    } catch (JsonProcessingException e) {
      throw new SQLException("a cache entry is damaged", e);
    }
  }
}
