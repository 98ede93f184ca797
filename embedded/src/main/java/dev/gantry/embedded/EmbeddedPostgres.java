package dev.gantry.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server as a child of this JVM, on 127.0.0.1 only, with fsync on: what is committed
 * survives. It ends with the JVM, however the JVM ends.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int STOP_SECONDS = 30;
  private static final long PAUSE_MILLIS = 20;
  private static final String DUPLICATE_DATABASE = "42P04";

  private final PostgresProgram program;
  private final Path data;
  private final int port;
  private final Process process;

  private EmbeddedPostgres(PostgresProgram program, Path data, int port, Process process) {
    this.program = program;
    this.data = data;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts a server on {@code data}, made when it is new, with the programs in {@code home},
   * unpacked when they are not there. Returns when it accepts connections. The server's own log is
   * {@code data/server.log}, of this start only.
   *
   * @throws IOException it did not come up; nothing is left running
   */
  public static EmbeddedPostgres start(Path home, Path data, int port)
      throws IOException, InterruptedException {
    PostgresProgram program = PostgresProgram.unpack(home);
    program.initialise(data);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      PostgresProgram.forgetForeignPid(data);
      Process process = spawn(program, data, port);
      EmbeddedPostgres postgres = new EmbeddedPostgres(program, data, port, process);
      if (postgres.awaitReady(deadline)) {
        return postgres;
      }
      // A killed predecessor's children may hold the data for a moment longer.
      if (System.nanoTime() > deadline) {
        throw new IOException("PostgreSQL does not start: " + serverLog(data));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** The URL of a database, to be used with user {@code postgres} and no password. */
  public String jdbcUrl(String database) {
    return jdbcUrl(port, database);
  }

  /** The URL of a database of the server on {@code port} of this machine. */
  public static String jdbcUrl(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** Creates a database unless it exists; the name is lower-case letters, digits and {@code _}. */
  public void createDatabase(String name) throws SQLException {
    createDatabase(jdbcUrl("postgres"), "postgres", "", name);
  }

  /**
   * {@link #createDatabase(String)} for any server; {@code url} names a database that exists there.
   */
  public static void createDatabase(String url, String user, String password, String name)
      throws SQLException {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("not a database name: " + name);
    }
    try (Connection connection = DriverManager.getConnection(url, user, password);
        PreparedStatement existing =
            connection.prepareStatement("select 1 from pg_database where datname = ?")) {
      existing.setString(1, name);
      if (existing.executeQuery().next()) {
        return;
      }
      try (Statement create = connection.createStatement()) {
        create.execute("create database " + name);
      } catch (SQLException e) {
        if (!DUPLICATE_DATABASE.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
  }

  /** The server's process id. */
  public long pid() {
    return process.pid();
  }

  /** Kills the server as a crash would (SIGKILL), for tests of what survives. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Fast shutdown: open transactions are rolled back. A second call does nothing. */
  @Override
  public void close() throws IOException {
    if (!process.isAlive()) {
      return;
    }
    try {
      program.stop(data, STOP_SECONDS);
      process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process spawn(PostgresProgram program, Path data, int port)
      throws IOException, InterruptedException {
    CompletableFuture<Process> spawned = new CompletableFuture<>();
    // The child's parent-death signal fires when this very thread ends, so it stays.
    Thread.ofPlatform()
        .daemon()
        .name("postgres-" + port)
        .start(
            () -> {
              try {
                Process process =
                    new ProcessBuilder(program.serverCommand(data, port))
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("server.log").toFile())
                        .start();
                spawned.complete(process);
                process.waitFor();
              } catch (IOException | InterruptedException e) {
                spawned.completeExceptionally(e);
              }
            });
    try {
      return spawned.get();
    } catch (ExecutionException e) {
      throw new IOException("cannot start PostgreSQL", e.getCause());
    }
  }

  /** Whether it came up; false when it exited; the process is gone unless this returns true. */
  private boolean awaitReady(long deadline) throws IOException, InterruptedException {
    try {
      while (process.isAlive()) {
        try (Connection connection = connect(port)) {
          return true;
        } catch (SQLException notYet) {
          if (System.nanoTime() > deadline) {
            throw new IOException("PostgreSQL is not ready: " + serverLog(data), notYet);
          }
          Thread.sleep(PAUSE_MILLIS);
        }
      }
      return false;
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static String serverLog(Path data) throws IOException {
    return Files.readString(data.resolve("server.log")).strip();
  }

  private static Connection connect(int port) throws SQLException {
    return DriverManager.getConnection(
        jdbcUrl(port, "postgres") + "?connectTimeout=5", "postgres", "");
  }
}
