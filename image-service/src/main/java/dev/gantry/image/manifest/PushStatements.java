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
  private final List<String> statements = new ArrayList<>();
  private final List<Object> parameters = new ArrayList<>();

  PushStatements(Connection connection) {
    this.connection = connection;
  }

  /** Adds one statement and its parameters. */
  PushStatements add(String statement, Object... values) {
    statements.add(statement);
    parameters.addAll(List.of(values));
    return this;
  }

  Array texts(List<String> texts) throws SQLException {
    return connection.createArrayOf("text", texts.toArray(String[]::new));
  }

  Array bytes(List<byte[]> values) throws SQLException {
    return connection.createArrayOf("bytea", values.toArray(byte[][]::new));
  }

  /** What is done with each row that a query has found, in order. */
  interface Rows {
    void next(String query, ResultSet row) throws SQLException;
  }

  /** Runs all of them; none must be an update. */
  void query(Rows rows) throws SQLException {
    try (PreparedStatement statement = prepared()) {
      statement.execute();
      for (String query : statements) {
        try (ResultSet result = statement.getResultSet()) {
          while (result.next()) {
            rows.next(query, result);
          }
        }
        statement.getMoreResults();
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
    PreparedStatement statement = connection.prepareStatement(String.join(";\n", statements));
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
