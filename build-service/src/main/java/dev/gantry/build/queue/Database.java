package dev.gantry.build.queue;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Runs work in transactions. Thread-safe. */
public final class Database {
  private final DataSource source;

  /** On this source, whose connections must reach the schema of this service. */
  public Database(DataSource source) {
    this.source = source;
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it; an exception rolls everything back. */
    T with(Connection connection) throws SQLException;
  }

  /**
   * All of it or nothing. When the commit itself fails, it is unknown which.
   *
   * @throws SQLException when PostgreSQL is away or refuses
   */
  public <T> T transaction(Work<T> work) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.with(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        rollback(connection, e);
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  private static void rollback(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
