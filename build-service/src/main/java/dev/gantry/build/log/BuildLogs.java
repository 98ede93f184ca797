package dev.gantry.build.log;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gantry.build.queue.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The logs of builds: JSON lines. While a build runs here its log is a file, which costs a step
 * nothing; what is in the file follows into a table, where every host finds it, and where it stays.
 * Bounded in two ways: a log stops growing at its limit, and the logs of the oldest builds go.
 */
public final class BuildLogs implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final System.Logger LOG = System.getLogger(BuildLogs.class.getName());
  private static final String SUFFIX = ".log";
  private static final int PIECE_BYTES_MAX = 256 * 1024;
  private static final Duration KEPT_EVERY = Duration.ofMillis(500);
  private static final Duration PRUNED_EVERY = Duration.ofMinutes(5);
  private static final long ELSEWHERE_MILLIS = 200;

  private final Path directory;
  private final LogTable table;
  private final long bytesMax;
  private final int logsMax;
  private final Map<String, BuildLog> active = new ConcurrentHashMap<>();
  private final Thread keeper =
      Thread.ofPlatform().name("build-logs").daemon().unstarted(this::keepUntilStopped);

  /** Makes the directory when it is missing. */
  public BuildLogs(Path directory, LogTable table, long bytesMax, int logsMax) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.table = table;
    this.bytesMax = bytesMax;
    this.logsMax = logsMax;
  }

  /** Begins to bring logs into the table; what an earlier process left first. */
  public void start() {
    keeper.start();
  }

  /**
   * Appends to the log of a build: what an earlier attempt wrote stays, on whatever host it was.
   *
   * @param bytesWanted a limit of its own; no more than everybody's counts
   */
  public BuildLog append(String build, int attempt, @Nullable Long bytesWanted)
      throws IOException, SQLException {
    Path file = file(build);
    long kept = attempt == 1 ? 0 : restore(build, file);
    long max = bytesWanted == null ? bytesMax : Math.min(bytesMax, bytesWanted);
    BuildLog log =
        new BuildLog(new BuildLog.Place(file, build, attempt, kept), max, () -> closed(build));
    active.put(build, log);
    changed();
    return log;
  }

  private void closed(String build) {
    active.remove(build);
    changed();
  }

  private synchronized void changed() {
    notifyAll();
  }

  /** Makes the file begin with what is in the table; how much that is. */
  private long restore(String build, Path file) throws IOException, SQLException {
    long position = 0;
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (Optional<LogPiece> next = table.holding(build, 0);
          next.isPresent();
          next = table.holding(build, position)) {
        byte[] lines = next.get().lines();
        if (!Arrays.equals(lines, read(channel, position, lines.length))) {
          channel.truncate(position);
          channel.write(ByteBuffer.wrap(lines), position);
        }
        position += lines.length;
      }
    }
    return position;
  }

  private static byte[] read(FileChannel channel, long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    int count = 0;
    while (buffer.hasRemaining() && count >= 0) {
      count = channel.read(buffer, position + buffer.position());
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** Reads the log of a build, wherever it runs or ran; one that has none yet is empty. */
  public LogTail read(String build) {
    return new LogTail(this, build);
  }

  /** Lines of a log from a position on, as far as there are any now. */
  LogPiece piece(String build, long position) throws IOException {
    BuildLog here = active.get(build);
    if (here != null) {
      try {
        return here.from(position, PIECE_BYTES_MAX);
      } catch (NoSuchFileException e) {
        // It has ended in this moment: the table has all of it.
      }
    }
    try {
      Optional<LogPiece> kept = table.holding(build, position);
      return kept.map(piece -> tail(piece, position)).orElse(new LogPiece(position, new byte[0]));
    } catch (SQLException e) {
      throw new IOException("the log cannot be read now", e);
    }
  }

  private static LogPiece tail(LogPiece piece, long position) {
    int known = (int) (position - piece.position());
    return new LogPiece(position, Arrays.copyOfRange(piece.lines(), known, piece.lines().length));
  }

  /** Waits until a log may have more than so many bytes, or nothing follows; at most so long. */
  void await(String build, long position, long millis) throws InterruptedException {
    BuildLog here = active.get(build);
    if (here != null) {
      here.await(position, millis);
      return;
    }
    synchronized (this) {
      wait(Math.clamp(millis, 1, ELSEWHERE_MILLIS));
    }
  }

  boolean isWrittenHere(String build) {
    return active.containsKey(build);
  }

  /** What keeps the rest of a log in the transaction that ends its build. */
  public Database.Work<?> rest(BuildLog log) {
    return connection -> {
      try {
        log.keepRest(connection, table);
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /** Removes the file of a log that is in the table as a whole, and that nobody writes. */
  public void forget(String build) throws IOException {
    Files.deleteIfExists(file(build));
  }

  private Path file(String build) {
    return directory.resolve(build + SUFFIX);
  }

  private void keepUntilStopped() {
    long pruned = System.nanoTime() - PRUNED_EVERY.toNanos();
    boolean recovered = false;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        TimeUnit.MILLISECONDS.sleep(KEPT_EVERY.toMillis());
        if (!recovered) {
          recover();
          recovered = true;
        }
        keepAll();
        if (System.nanoTime() - pruned >= PRUNED_EVERY.toNanos()) {
          table.prune(logsMax);
          pruned = System.nanoTime();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException | SQLException | RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "logs cannot be kept now: " + e.getMessage());
      }
    }
  }

  private void keepAll() throws IOException, SQLException {
    for (BuildLog log : active.values()) {
      log.keep(table, PIECE_BYTES_MAX);
    }
  }

  /** Files of builds that have ended: their lines are in the table, or belong there. */
  private void recover() throws IOException, SQLException {
    List<Path> files;
    try (Stream<Path> found = Files.list(directory)) {
      files = found.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
    for (Path file : files) {
      String build = String.valueOf(file.getFileName()).replace(SUFFIX, "");
      OptionalInt attempt = active.containsKey(build) ? OptionalInt.empty() : table.ended(build);
      if (attempt.isPresent()) {
        if (table.holding(build, 0).isEmpty()) {
          table.append(
              build,
              attempt.getAsInt(),
              LogPiece.of(file, 0, Files.size(file), Integer.MAX_VALUE - Long.BYTES));
        }
        Files.deleteIfExists(file);
      }
    }
  }

  /** Brings all that is here into the table, as far as it can be reached. */
  @Override
  public void close() throws InterruptedException {
    keeper.interrupt();
    keeper.join(Duration.ofSeconds(5));
    try {
      keepAll();
    } catch (IOException | SQLException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "logs cannot be kept now: " + e.getMessage());
    }
  }
}
