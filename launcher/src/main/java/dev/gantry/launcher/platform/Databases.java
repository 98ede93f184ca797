package dev.gantry.launcher.platform;

import dev.gantry.embedded.EmbeddedPostgres;
import dev.gantry.launcher.settings.PostgresAddress;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/** The services' databases. */
final class Databases {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 200;

  private Databases() {}

  /** Creates each that does not exist; waits for a server that is not there yet. */
  static void create(PostgresAddress address) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        for (Part part : Part.values()) {
          EmbeddedPostgres.createDatabase(
              address.jdbcUrl("postgres"), address.user(), address.password(), part.database());
        }
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > deadline) {
          throw new IOException("PostgreSQL at " + address + ": " + e.getMessage(), e);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }
}
