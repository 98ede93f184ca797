package dev.gantry.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What every service stands on — one Kafka, one PostgreSQL — on free ports of 127.0.0.1, for as
 * long as this object is open. Each can be stopped and started again on its port with its data, to
 * see what a service does meanwhile.
 */
public final class Backbone implements AutoCloseable {
  private final Path home;
  private final Path data;
  private final int kafkaPort;
  private final int controllerPort;
  private final int postgresPort;
  private @Nullable EmbeddedKafka kafka;
  private @Nullable EmbeddedPostgres postgres;

  private Backbone(Path home, Path data) throws IOException {
    this.home = home;
    this.data = data;
    this.kafkaPort = FreePort.find();
    this.controllerPort = FreePort.find();
    this.postgresPort = FreePort.find();
  }

  /**
   * Starts both side by side. Below {@code directory} the programs are kept between calls; data are
   * fresh for each call and deleted by {@link #close}.
   *
   * @throws IOException one did not come up; the other is stopped
   */
  public static Backbone start(Path directory) throws IOException {
    Path root = directory.toAbsolutePath();
    Files.createDirectories(root);
    Backbone backbone =
        new Backbone(root.resolve("postgres-home"), Files.createTempDirectory(root, "data-"));
    CompletableFuture<Void> postgres = CompletableFuture.runAsync(backbone::startPostgresUnchecked);
    try {
      backbone.startKafka();
      postgres.join();
      return backbone;
    } catch (CompletionException e) {
      backbone.close();
      throw new IOException("the backbone did not start", e.getCause());
    } catch (IOException | RuntimeException e) {
      postgres.exceptionally(also -> null).join();
      backbone.close();
      throw e;
    }
  }

  /** {@code 127.0.0.1:port}, the same over restarts. */
  public String bootstrapServers() {
    return "127.0.0.1:" + kafkaPort;
  }

  /** The URL of a database, created when it does not exist; user {@code postgres}, no password. */
  public String jdbcUrl(String database) {
    try {
      EmbeddedPostgres.createDatabase(
          EmbeddedPostgres.jdbcUrl(postgresPort, "postgres"), "postgres", "", database);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create database " + database, e);
    }
    return EmbeddedPostgres.jdbcUrl(postgresPort, database);
  }

  /** Stops the broker; its data stay. */
  public synchronized void stopKafka() {
    if (kafka != null) {
      kafka.close();
      kafka = null;
    }
  }

  /** Starts the broker unless it runs; returns when it accepts clients. */
  public synchronized void startKafka() throws IOException {
    if (kafka == null) {
      kafka = EmbeddedKafka.start(data.resolve("kafka"), kafkaPort, controllerPort);
    }
  }

  /** Stops PostgreSQL; its data stay. */
  public synchronized void stopPostgres() throws IOException {
    if (postgres != null) {
      postgres.close();
      postgres = null;
    }
  }

  /** Kills PostgreSQL with SIGKILL; what was committed stays. */
  public synchronized void killPostgres() throws InterruptedException {
    if (postgres != null) {
      postgres.kill();
      postgres = null;
    }
  }

  /** Starts PostgreSQL unless it runs; returns when it accepts connections. */
  public void startPostgres() throws IOException, InterruptedException {
    // Not under the object's lock: it starts beside Kafka.
    if (postgres == null) {
      postgres = EmbeddedPostgres.start(home, data.resolve("postgres"), postgresPort);
    }
  }

  /** Stops both and deletes their data. A second call does nothing. */
  @Override
  public void close() throws IOException {
    stopKafka();
    stopPostgres();
    PostgresProgram.delete(data);
  }

  private void startPostgresUnchecked() {
    try {
      startPostgres();
    } catch (IOException | InterruptedException e) {
      throw new CompletionException(e);
    }
  }
}
