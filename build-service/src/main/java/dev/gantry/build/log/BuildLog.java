package dev.gantry.build.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the log of one build. Thread-safe. A log that cannot be written never stops a build.
 */
public final class BuildLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BuildLog.class.getName());

  private final String build;
  private final int attempt;
  private final Path file;
  private final ReentrantLock keeping = new ReentrantLock();
  private final OutputStream out;
  private final long bytesMax;
  private final Runnable closed;
  private long written;
  private long kept;
  private boolean ending;
  private boolean full;

  /**
   * A file of lines.
   *
   * @param kept how many of its bytes are in the table
   */
  record Place(Path file, String build, int attempt, long kept) {}

  /**
   * Goes on with a file.
   *
   * @param closed runs when nothing follows any more
   */
  BuildLog(Place place, long bytesMax, Runnable closed) throws IOException {
    this.file = place.file();
    this.build = place.build();
    this.attempt = place.attempt();
    this.kept = place.kept();
    this.out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    this.written = Files.size(file);
    this.bytesMax = bytesMax;
    this.closed = closed;
  }

  /** The builder's own words. */
  public void say(@Nullable Integer step, String text) {
    text.lines().forEach(line -> append(LogLine.said(now(), step, line)));
  }

  /** A line of text that a step wrote. */
  public void line(String stream, @Nullable Integer step, String text) {
    output(stream, step, text.getBytes(StandardCharsets.UTF_8), true);
  }

  /**
   * What a step wrote, to the byte.
   *
   * @param ended whether a line feed followed
   */
  public void output(String stream, @Nullable Integer step, byte[] bytes, boolean ended) {
    append(LogLine.written(now(), stream, step, new LogLine.Written(bytes, ended)));
  }

  /** A step that begins or is done. */
  public void progress(int step, String instruction, StepProgress progress) {
    append(new LogLine(now(), "step", step, instruction, null, null, progress));
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
  }

  private synchronized void append(LogLine line) {
    boolean output = !line.stream().equals("build") && !line.stream().equals("step");
    if (full && output) {
      return;
    }
    try {
      byte[] json = json(line);
      if (output && written + json.length > bytesMax) {
        full = true;
        json = json(LogLine.said(line.time(), null, "(the log is full: the rest is lost)"));
      }
      out.write(json);
      written += json.length;
      notifyAll();
    } catch (IOException e) {
      full = true;
      LOG.log(System.Logger.Level.WARNING, "the log of " + build + " cannot be written", e);
    }
  }

  private static byte[] json(LogLine line) throws IOException {
    byte[] json = BuildLogs.JSON.writeValueAsString(line).getBytes(StandardCharsets.UTF_8);
    byte[] ended = Arrays.copyOf(json, json.length + 1);
    ended[json.length] = '\n';
    return ended;
  }

  /** Whole lines from a position on. */
  LogPiece from(long position, int piecesMax) throws IOException {
    long to;
    synchronized (this) {
      to = written;
    }
    return LogPiece.of(file, position, to, piecesMax);
  }

  /** Brings into the table what is not there yet; does nothing while somebody else does. */
  void keep(LogTable table, int pieceBytesMax) throws IOException, SQLException {
    if (!keeping.tryLock()) {
      return;
    }
    try {
      LogPiece piece = from(kept, pieceBytesMax);
      if (!ending && !piece.isEmpty()) {
        table.append(build, attempt, piece);
        kept = piece.end();
      }
    } finally {
      keeping.unlock();
    }
  }

  /**
   * Brings the rest into the table, with whatever else the transaction does. From now on nobody
   * else does; when the transaction fails, this can be called again.
   */
  void keepRest(Connection connection, LogTable table) throws IOException, SQLException {
    keeping.lock();
    try {
      ending = true;
      LogPiece piece = from(kept, Integer.MAX_VALUE - Long.BYTES);
      if (!piece.isEmpty()) {
        table.append(connection, build, attempt, piece);
      }
    } finally {
      keeping.unlock();
    }
  }

  /** Waits until there is more than so many bytes, at most so long. */
  synchronized void await(long position, long millis) throws InterruptedException {
    if (written <= position) {
      wait(Math.max(1, millis));
    }
  }

  @Override
  public void close() throws IOException {
    closed.run();
    synchronized (this) {
      notifyAll();
    }
    out.close();
  }
}
