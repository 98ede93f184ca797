package dev.gantry.image.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;

/** What the running service has on its disk and in its tables, looked at behind its back. */
final class StoreFiles {
  private StoreFiles() {}

  static Path directory() {
    return ConfigProvider.getConfig().getValue("gantry.state-dir", Path.class);
  }

  static Path file(String digest) {
    String hex = digest.substring(digest.indexOf(':') + 1);
    return directory().resolve("content/blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex);
  }

  static boolean has(String digest) {
    return Files.exists(file(digest));
  }

  /** Digests of all files. */
  static Set<String> blobs() throws IOException {
    try (Stream<Path> files = Files.walk(directory().resolve("content/blobs"))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> "sha256:" + file.getFileName())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Repository and digest of all links of repositories below this name. */
  static Set<String> links(String prefix) throws SQLException {
    try (Connection connection = connection();
        PreparedStatement select =
            connection.prepareStatement(
                "select r.name, b.digest from blob_link b join repository r"
                    + " on r.id = b.repository_id where r.name like ?")) {
      select.setString(1, prefix + "/%");
      Set<String> links = new TreeSet<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          links.add(rows.getString(1) + "@" + rows.getString(2));
        }
      }
      return links;
    }
  }

  static Connection connection() throws SQLException {
    String url = ConfigProvider.getConfig().getValue("quarkus.datasource.jdbc.url", String.class);
    return DriverManager.getConnection(url, "postgres", "");
  }
}
