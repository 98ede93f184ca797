package dev.gantry.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked from the class path, and the command lines that run them.
 *
 * <p>PostgreSQL refuses to run as root, so root runs it in a user namespace without a mapping,
 * where it is nobody to itself and still the owner of its files.
 */
public final class PostgresProgram {
  private final Path home;

  private PostgresProgram(Path home) {
    this.home = home;
  }

  /**
   * Unpacks the programs to {@code home} unless they are there. Safe beside other processes that do
   * the same; a crash in between leaves only a directory that the next call replaces.
   */
  public static synchronized PostgresProgram unpack(Path home) throws IOException {
    Path target = home.toAbsolutePath().normalize();
    Files.createDirectories(target.resolve("..").normalize());
    Path lockFile = target.resolveSibling(target.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock ignored = channel.lock()) {
      if (!Files.exists(target.resolve("bin/postgres"))) {
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        delete(fresh);
        extract(fresh);
        Files.move(fresh, target);
      }
    }
    return new PostgresProgram(target);
  }

  /**
   * Makes an empty database cluster in {@code data} unless there is one; user {@code postgres},
   * trusted from this machine, UTF-8. A crash in between leaves nothing that the next call trips
   * over.
   */
  public void initialise(Path data) throws IOException, InterruptedException {
    if (Files.exists(data.resolve("PG_VERSION"))) {
      return;
    }
    Path fresh = data.resolveSibling(data.getFileName() + ".new");
    delete(fresh);
    Files.createDirectories(data.resolve("..").normalize());
    run(
        List.of(
            bin("initdb"),
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--pgdata=" + fresh.toAbsolutePath()));
    Files.move(fresh, data);
  }

  /**
   * The command that serves {@code data} on 127.0.0.1:{@code port}. The server ends (fast shutdown)
   * when the thread that started it ends, hence: start it from a thread that outlives it.
   */
  public List<String> serverCommand(Path data, int port) {
    List<String> command = unprivileged();
    command.addAll(List.of("setpriv", "--pdeathsig", "INT"));
    command.addAll(List.of(bin("postgres"), "-D", data.toAbsolutePath().toString()));
    command.addAll(List.of("-p", Integer.toString(port)));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "shared_buffers=64MB",
            "timezone=UTC",
            "log_timezone=UTC",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "max_wal_size=256MB")) {
      command.addAll(List.of("-c", setting));
    }
    return command;
  }

  /**
   * Asks the server of {@code data} for a fast shutdown and waits up to {@code seconds} for it.
   * Whether it runs or not, it does not run afterwards, unless it needs longer: then this throws.
   */
  public void stop(Path data, int seconds) throws IOException, InterruptedException {
    if (Files.exists(data.resolve("postmaster.pid"))) {
      run(
          List.of(
              bin("pg_ctl"),
              "stop",
              "--mode=fast",
              "--wait",
              "--timeout=" + seconds,
              "--pgdata=" + data.toAbsolutePath()));
    }
  }

  /**
   * Removes the server's pid file when it names a living process that is not this server: after a
   * reboot the pid may be anybody's, and PostgreSQL would refuse to start.
   */
  public static void forgetForeignPid(Path data) throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    List<String> lines = Files.readAllLines(pidFile);
    if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,10}")) {
      return;
    }
    Path process = Path.of("/proc", lines.getFirst().strip());
    if (Files.exists(process) && !commandLine(process).contains("postgres")) {
      Files.deleteIfExists(pidFile);
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  private String bin(String name) {
    return home.resolve("bin").resolve(name).toString();
  }

  private static List<String> unprivileged() {
    return "root".equals(System.getProperty("user.name"))
        ? new ArrayList<>(List.of("unshare", "--user"))
        : new ArrayList<>();
  }

  private static void run(List<String> program) throws IOException, InterruptedException {
    List<String> command = unprivileged();
    command.addAll(program);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
  }

  private static void extract(Path directory) throws IOException {
    String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
    String resource = "/postgres-linux-" + architecture + ".txz";
    try (InputStream in = PostgresProgram.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no PostgreSQL for this processor on the class path: " + resource);
      }
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)))) {
        for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
          extract(tar, entry, directory);
        }
      }
    }
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path directory)
      throws IOException {
    Path file = directory.resolve(entry.getName()).normalize();
    if (!file.startsWith(directory)) {
      throw new IOException("entry outside of the archive: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.resolve("..").normalize());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, file);
    if ((entry.getMode() & 0100) != 0) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
