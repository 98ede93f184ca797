package dev.gantry.image.manifest;

import dev.gantry.image.repository.RepositoryName;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * What is asked before every start of a run, in one statement without a transaction around it, and
 * without the manifest's bytes.
 */
@ApplicationScoped
public class ManifestHeadRepository {
  private static final String SELECT =
      "select m.digest, m.media_type, octet_length(m.content) from repository r";
  private static final String BY_TAG =
      SELECT
          + " join tag t on t.repository_id = r.id"
          + " join manifest m on m.repository_id = r.id and m.digest = t.digest"
          + " where r.name = ? and t.name = ?";
  private static final String BY_DIGEST =
      SELECT + " join manifest m on m.repository_id = r.id where r.name = ? and m.digest = ?";

  private final DataSource database;

  ManifestHeadRepository(DataSource database) {
    this.database = database;
  }

  /** A manifest without its content. */
  public record Head(String digest, String mediaType, long bytes) {
    static Head of(ManifestEntity manifest) {
      return new Head(manifest.digest(), manifest.mediaType(), manifest.content().length);
    }
  }

  /** Finds by tag or digest; empty when the repository or the manifest is not there. */
  public Optional<Head> find(RepositoryName name, ManifestReference reference) {
    try (Connection connection = database.getConnection()) {
      return switch (reference) {
        case ManifestReference.ByTag(var tag) -> find(connection, BY_TAG, name, tag.value());
        case ManifestReference.ByDigest(var digest) ->
            find(connection, BY_DIGEST, name, digest.toString());
      };
    } catch (SQLException e) {
      throw new IllegalStateException("the catalogue cannot be read", e);
    }
  }

  private static Optional<Head> find(
      Connection connection, String query, RepositoryName name, String reference)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(query)) {
      select.setString(1, name.value());
      select.setString(2, reference);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next()
            ? Optional.of(new Head(rows.getString(1), rows.getString(2), rows.getLong(3)))
            : Optional.empty();
      }
    }
  }
}
