package dev.gantry.isolation.names;

import dev.gantry.linux.process.Boot;
import dev.gantry.linux.process.PidWatcher;
import dev.gantry.linux.process.Pipe;
import dev.gantry.linux.process.ProcessId;
import dev.gantry.linux.process.SealedProgram;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The name server of this host: one program for all bridges, which answers while this process is
 * dead, is taken over by the next one, and is started anew when it dies. Thread-safe.
 *
 * <p>In the directory: {@code server} (pid, start time, and version of the program with the boot it
 * was started in), {@code lock}, and {@code zones/}, all that the program sees of the file system.
 */
public final class NameServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(NameServer.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int STATUS_BYTES_MAX = 256;
  private static final int SIGKILL = 9;
  private static final String BOOT = "@" + Boot.id();
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

  private final Path directory;
  private final Path zones;
  private final SealedProgram program;
  private final String version;
  private final PidWatcher watcher;
  private @Nullable ProcessId process;
  private boolean closed;

  private NameServer(Path directory, byte[] program) throws IOException {
    this.directory = directory;
    this.zones = directory.resolve("zones");
    this.version = digest(program) + BOOT;
    this.program = SealedProgram.of("gantry-names", program);
    this.watcher = PidWatcher.start();
  }

  /**
   * Takes over the server that an earlier process started in this directory, or starts one. One
   * that is of another version is replaced.
   *
   * @throws IOException when it cannot be started
   */
  public static NameServer open(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(directory.resolve("zones"));
    Files.setPosixFilePermissions(
        directory.resolve("zones"), PosixFilePermissions.fromString("rwxr-xr-x"));
    NameServer server = new NameServer(directory, load());
    try {
      server.begin();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private static byte[] load() throws IOException {
    String machine =
        switch (System.getProperty("os.arch", "")) {
          case "amd64" -> "x86_64";
          case String other -> other;
        };
    String resource = "/native/linux-" + machine + "/gantry-names";
    try (InputStream in = NameServer.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("there is no name server for this machine: " + resource);
      }
      return in.readAllBytes();
    }
  }

  /** The server's process, if it lives. */
  public synchronized Optional<ProcessId> process() {
    return Optional.ofNullable(process).filter(ProcessId::alive);
  }

  /**
   * Answers by this zone from now on, in place of the bridge's former one. A crash leaves the one
   * or the other.
   */
  public synchronized void publish(Zone zone) throws IOException {
    Path temporary = zones.resolve("new");
    Files.writeString(temporary, zone.text(), StandardCharsets.US_ASCII);
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(temporary, zones.resolve(Zone.file(zone.bridge())), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Answers no more on the bridges that are not among these. */
  public synchronized void retain(Set<String> bridges) throws IOException {
    try (Stream<Path> files = Files.list(zones)) {
      for (Path file : files.toList()) {
        if (bridges.stream().noneMatch(bridge -> file.endsWith(Zone.file(bridge)))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private synchronized void begin() throws IOException {
    Optional<ProcessId> former = former();
    if (former.isPresent()) {
      follow(former.get());
    } else {
      follow(start());
    }
  }

  /** The living server of this version; one of another is ended. */
  private Optional<ProcessId> former() throws IOException {
    Optional<String[]> words = identity();
    if (words.isEmpty() || earlierBoot(words.get()[2])) {
      return Optional.empty();
    }
    ProcessId former =
        new ProcessId(Long.parseLong(words.get()[0]), Long.parseLong(words.get()[1]));
    if (former.alive() && !words.get()[2].equals(version)) {
      end(former);
    }
    return Optional.of(former).filter(ProcessId::alive);
  }

  /** Then its number is anybody's. */
  private static boolean earlierBoot(String version) {
    return version.contains("@") && !version.endsWith(BOOT);
  }

  private Optional<String[]> identity() throws IOException {
    try {
      String[] words = Files.readString(directory.resolve("server")).strip().split(" ");
      return words.length == 3 ? Optional.of(words) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private ProcessId start() throws IOException {
    try (Pipe status = Pipe.open()) {
      long pid = program.start(List.of(directory.toString(), version), status.writeEnd());
      status.writeEnd().close();
      ProcessId born = ProcessId.of(pid).orElseThrow(); // even a zombie has a number until reaped
      var _ = watcher.register(born);
      String said = status.readAll(STATUS_BYTES_MAX, PATIENCE).strip();
      if (!said.equals("ready")) {
        throw new IOException("the name server does not start: " + said);
      }
      return born;
    }
  }

  private void follow(ProcessId server) throws IOException {
    process = server;
    var _ = watcher.register(server).thenRunAsync(this::restart, SOON);
  }

  private synchronized void restart() {
    if (closed) {
      return;
    }
    try {
      LOG.log(System.Logger.Level.WARNING, "the name server has ended; another one starts");
      begin();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "names are not answered: {0}", e.getMessage());
      SOON.execute(this::restart);
    }
  }

  private void end(ProcessId server) throws IOException {
    CompletableFuture<Void> ended = watcher.register(server);
    server.signal(SIGKILL);
    try {
      ended.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      throw new IOException("the name server does not end: " + server, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends the server and removes its zones. Afterwards only {@link #close} may be called. */
  public synchronized void delete() throws IOException {
    closed = true;
    ProcessId server = process;
    if (server != null) {
      end(server);
    }
    retain(Set.of());
    Files.deleteIfExists(directory.resolve("server"));
  }

  /** Lets go of the server, which goes on. */
  @Override
  public synchronized void close() {
    closed = true;
    watcher.close();
    program.close();
  }

  private static String digest(byte[] program) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(program);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
