package dev.gantry.build.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Keeps the leases of this service's builds, and learns by that which are to be cancelled. */
public final class Leases {
  private final Database database;
  private final Lease lease;

  /** For builds claimed with this lease. */
  public Leases(Database database, Lease lease) {
    this.database = database;
    this.lease = lease;
  }

  /** The lease itself. */
  public Lease lease() {
    return lease;
  }

  /**
   * A build that is ours.
   *
   * @param cancelRequested whether somebody wants it cancelled
   */
  public record Held(int attempt, boolean cancelRequested) {}

  /** Renews all leases that are ours; tells which builds those are. */
  public Map<String, Held> renew() throws SQLException {
    String sql =
        "UPDATE build SET lease_until = now() + make_interval(secs => ?)"
            + " WHERE owner = ? AND state = 'running' RETURNING id, attempt, cancel_requested";
    return database.transaction(
        connection -> {
          Map<String, Held> held = new HashMap<>();
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setDouble(1, lease.duration().toMillis() / 1000.0);
            statement.setString(2, lease.owner());
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                held.put(rows.getString(1), new Held(rows.getInt(2), rows.getBoolean(3)));
              }
            }
          }
          return held;
        });
  }

  /**
   * Ends all leases that are ours at once: at start, when whoever had them is known to be dead, so
   * that nobody waits for them to run out.
   */
  public void expire() throws SQLException {
    database.transaction(
        connection -> {
          expire(connection);
          return true;
        });
  }

  private void expire(Connection connection) throws SQLException {
    String sql =
        "UPDATE build SET lease_until = now() - interval '1 second'"
            + " WHERE owner = ? AND state = 'running'";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, lease.owner());
      statement.executeUpdate();
    }
  }
}
