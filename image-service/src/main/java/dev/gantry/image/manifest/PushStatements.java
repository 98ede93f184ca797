package dev.gantry.image.manifest;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Statements that go to the server together, in one round trip, and run there one after the other,
 * each seeing what is committed when it begins.
 */
final class PushStatements {
  private final Connection connection;
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  PushStatements(Connection connection) {
    this.connection = connection;
  }

  /** Adds a statement, or several with a semicolon between, and its parameters. */
  PushStatements add(String statement, Object... values) {
    sql.append(sql.isEmpty() ? "" : ";\n").append(statement);
    parameters.addAll(List.of(values));
    return this;
  }

  Array texts(List<String> texts) throws SQLException {
    return connection.createArrayOf("text", texts.toArray(String[]::new));
  }

  Array bytes(List<byte[]> values) throws SQLException {
    return connection.createArrayOf("bytea", values.toArray(byte[][]::new));
  }

  /** What is done with the rows of each statement that has any, in order. */
  interface Rows {
    void next(int statement, ResultSet row) throws SQLException;
  }

  /** Runs all of them; none must be an update. */
  void query(Rows rows) throws SQLException {
    try (PreparedStatement statement = prepared()) {
      boolean more = statement.execute();
      for (int i = 0; more; i++) {
        try (ResultSet result = statement.getResultSet()) {
          while (result.next()) {
            rows.next(i, result);
          }
        }
        more = statement.getMoreResults();
      }
    }
  }

  /** Runs all of them; a failure of one is a failure of all. */
  void update() throws SQLException {
    try (PreparedStatement statement = prepared()) {
      statement.execute();
    }
  }

  private PreparedStatement prepared() throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql.toString());
    try {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }
}
