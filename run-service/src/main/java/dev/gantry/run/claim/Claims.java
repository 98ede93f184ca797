package dev.gantry.run.claim;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;

/**
 * The claims of all hosts, in PostgreSQL. Every method is one transaction that has committed when
 * it returns; a repeated call changes nothing.
 */
public final class Claims {
  private static final String TAKE =
      """
      insert into run_request (run_id, source, event_id, host_id, request) values (?, ?, ?, ?, ?)
      on conflict (run_id) do nothing""";
  private static final String LOOK =
      "select host_id = ? and journaled_at is null from run_request where run_id = ?";
  private static final String SETTLE =
      """
      update run_request set journaled_at = now()
      where run_id = any (?) and host_id = ? and journaled_at is null""";
  private static final String OPEN =
      """
      select run_id, source, event_id, request from run_request
      where host_id = ? and journaled_at is null order by accepted_at limit ?""";
  private static final String EXPIRE =
      """
      delete from run_request where run_id in (
        select run_id from run_request
        where journaled_at is not null and accepted_at < now() - make_interval(secs => ?)
        limit ?)""";
  private static final int ROWS_MAX = 10_000;

  private final DataSource database;
  private final String host;

  public Claims(DataSource database, String host) {
    this.database = database;
    this.host = host;
  }

  /** Takes a request for this host unless somebody has it. */
  public Claim.Outcome take(Claim claim) throws SQLException {
    try (Connection connection = database.getConnection()) {
      try (PreparedStatement insert = connection.prepareStatement(TAKE)) {
        insert.setString(1, claim.run());
        insert.setString(2, text(claim.source()));
        insert.setString(3, text(claim.eventId()));
        insert.setString(4, host);
        insert.setBytes(5, claim.request());
        if (insert.executeUpdate() == 1) {
          return new Claim.Outcome.Taken();
        }
      }
      return look(connection, claim.run());
    }
  }

  /** The journal of this host answers for these runs from now on. */
  public void settle(Collection<String> runs) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(SETTLE)) {
      Array ids = connection.createArrayOf("text", runs.toArray());
      update.setArray(1, ids);
      update.setString(2, host);
      update.executeUpdate();
    }
  }

  /** What this host has taken without its journal being known to have it, oldest first. */
  public List<Claim> open() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(OPEN)) {
      select.setString(1, host);
      select.setInt(2, ROWS_MAX);
      List<Claim> claims = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          claims.add(
              new Claim(rows.getString(1), rows.getString(2), rows.getString(3), rows.getBytes(4)));
        }
      }
      return claims;
    }
  }

  /**
   * Deletes claims that are older than any record that could still be delivered.
   *
   * @return how many went; call again while it is not 0
   */
  public int expire(Duration age) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete = connection.prepareStatement(EXPIRE)) {
      delete.setDouble(1, age.toSeconds());
      delete.setInt(2, ROWS_MAX);
      return delete.executeUpdate();
    }
  }

  private Claim.Outcome look(Connection connection, String run) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(LOOK)) {
      select.setString(1, host);
      select.setString(2, run);
      try (ResultSet rows = select.executeQuery()) {
        boolean open = rows.next() && rows.getBoolean(1);
        return open ? new Claim.Outcome.Open() : new Claim.Outcome.Settled();
      }
    }
  }

  /** PostgreSQL's text knows no NUL; the columns are for people, the identity is the run's id. */
  private static String text(String value) {
    return value.replace('\0', '\uFFFD');
  }
}
