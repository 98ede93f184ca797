package dev.gantry.dashboard.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The views in PostgreSQL. */
public final class ViewStore {
  private final DataSource database;

  /** Views of that database. */
  public ViewStore(DataSource database) {
    this.database = database;
  }

  /** A view with its place in the list: later ones are greater. */
  record Placed(long position, JsonNode document) {}

  /** Folds events into the views, in the caller's transaction. */
  public void fold(Connection connection, List<Envelope<? extends Event>> events)
      throws SQLException {
    Map<Views.Key, ObjectNode> changed = new LinkedHashMap<>();
    for (Envelope<? extends Event> event : events) {
      Optional<Views.Key> key = Views.key(event);
      if (key.isPresent()) {
        ObjectNode document = changed.get(key.get());
        if (document == null) {
          document = load(connection, key.get());
          changed.put(key.get(), document);
        }
        Views.fold(key.get(), document, event);
      }
    }
    save(connection, changed);
  }

  /** Deletes the views of each kind beyond a number that have been silent longest. */
  public void forget(Connection connection, long max) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "delete from entity_view where kind = ? and id in (select id from entity_view"
                + " where kind = ? order by updated_at desc offset ?)")) {
      for (Kind kind : Kind.values()) {
        delete.setString(1, kind.name());
        delete.setString(2, kind.name());
        delete.setLong(3, max);
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }

  /** Views of a kind, newest first, older than a position; of one state, or of any. */
  List<Placed> list(Kind kind, @Nullable String state, long before, int max) throws SQLException {
    String where = state == null ? "" : " and state = ?";
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select position, document from entity_view where kind = ? and position < ?"
                    + where
                    + " order by position desc limit ?")) {
      int parameter = 0;
      select.setString(++parameter, kind.name());
      select.setLong(++parameter, before);
      if (state != null) {
        select.setString(++parameter, state);
      }
      select.setInt(++parameter, max);
      try (ResultSet rows = select.executeQuery()) {
        List<Placed> views = new ArrayList<>();
        while (rows.next()) {
          views.add(new Placed(rows.getLong(1), parse(rows.getString(2))));
        }
        return views;
      }
    }
  }

  private static ObjectNode load(Connection connection, Views.Key key) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select document from entity_view where kind = ? and id = ?")) {
      select.setString(1, key.kind().name());
      select.setString(2, storable(key.id()));
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? parse(row.getString(1)) : Views.JSON.createObjectNode();
      }
    }
  }

  private static void save(Connection connection, Map<Views.Key, ObjectNode> changed)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "insert into entity_view (kind, id, state, document) values (?, ?, ?, ?)"
                + " on conflict (kind, id) do update set state = excluded.state,"
                + " document = excluded.document, updated_at = now()")) {
      for (Map.Entry<Views.Key, ObjectNode> view : changed.entrySet()) {
        upsert.setString(1, view.getKey().kind().name());
        upsert.setString(2, storable(view.getKey().id()));
        upsert.setString(3, view.getValue().path(Views.STATE).asText("present"));
        upsert.setString(4, storable(view.getValue().toString()));
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }

  private static ObjectNode parse(String document) {
    try {
      return (ObjectNode) Views.JSON.readTree(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view is not JSON", e);
    }
  }

  /** What no database stores, NUL and half surrogates, is replaced. */
  private static String storable(String text) {
    return new String(
        text.replace('\0', '\uFFFD').getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
