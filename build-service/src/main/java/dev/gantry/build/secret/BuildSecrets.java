package dev.gantry.build.secret;

import dev.gantry.build.queue.Database;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The secrets of builds that have not ended. Keys for agents are kept beside the others, under
 * {@code ssh:} and their id. Thread-safe.
 */
public final class BuildSecrets {
  /** What the ids of keys for agents begin with here; no other id can. */
  public static final String SSH = "ssh:";

  private final Database database;
  private final SecretSeal seal;

  /** Kept in this database under this seal. */
  public BuildSecrets(Database database, SecretSeal seal) {
    this.database = database;
    this.seal = seal;
  }

  /** The values of a build as they may be kept. */
  public Map<String, byte[]> sealed(String build, Map<String, byte[]> values) {
    Map<String, byte[]> sealed = new LinkedHashMap<>();
    new TreeMap<>(values).forEach((id, value) -> sealed.put(id, seal.seal(build, id, value)));
    return sealed;
  }

  /**
   * All values of a build; none where it came without, or has ended.
   *
   * @throws IOException when they were sealed with another key
   */
  public Map<String, byte[]> of(String build) throws SQLException, IOException {
    Map<String, byte[]> values = new HashMap<>();
    for (Map.Entry<String, byte[]> each :
        database.transaction(connection -> read(connection, build)).entrySet()) {
      values.put(each.getKey(), seal.unseal(build, each.getKey(), each.getValue()));
    }
    return values;
  }

  private static Map<String, byte[]> read(Connection connection, String build) throws SQLException {
    Map<String, byte[]> sealed = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT id, sealed FROM build_secret WHERE build_id = ?")) {
      statement.setString(1, build);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          sealed.put(rows.getString(1), rows.getBytes(2));
        }
      }
    }
    return sealed;
  }

  /** Tells a request from others. */
  public String mark(Iterable<byte[]> parts) {
    return seal.mark(parts);
  }
}
