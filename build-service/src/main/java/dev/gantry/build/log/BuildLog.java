package dev.gantry.build.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the log of one build. Thread-safe. A log that cannot be written never stops a build.
 */
public final class BuildLog implements AutoCloseable {
  private static final int LINE_LENGTH_MAX = 16 * 1024;
  private static final System.Logger LOG = System.getLogger(BuildLog.class.getName());

  private final OutputStream out;
  private final long bytesMax;
  private long written;
  private boolean full;

  BuildLog(Path file, long bytesMax) throws IOException {
    this.out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    this.written = Files.size(file);
    this.bytesMax = bytesMax;
  }

  /** The builder's own words. */
  public void say(@Nullable Integer step, String text) {
    text.lines().forEach(line -> line("build", step, line));
  }

  /** A line that a step wrote; one that is too long is cut. */
  public void line(String stream, @Nullable Integer step, String text) {
    String line =
        text.length() <= LINE_LENGTH_MAX ? text : text.substring(0, LINE_LENGTH_MAX) + "…";
    String time = Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
    append(new LogLine(time, stream, step, line));
  }

  private synchronized void append(LogLine line) {
    if (full) {
      return;
    }
    try {
      byte[] json = json(line);
      if (written + json.length > bytesMax) {
        full = true;
        json = json(new LogLine(line.time(), "build", null, "(the log is full: the rest is lost)"));
      }
      out.write(json);
      written += json.length;
    } catch (IOException e) {
      full = true;
      LOG.log(System.Logger.Level.WARNING, "a build's log cannot be written", e);
    }
  }

  private static byte[] json(LogLine line) throws IOException {
    byte[] json = BuildLogs.JSON.writeValueAsString(line).getBytes(StandardCharsets.UTF_8);
    byte[] ended = Arrays.copyOf(json, json.length + 1);
    ended[json.length] = '\n';
    return ended;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
