package dev.gantry.build.execute;

import dev.gantry.build.log.BuildLog;
import dev.gantry.isolation.log.LogEntry;
import dev.gantry.isolation.log.LogQuery;
import dev.gantry.isolation.log.LogReader;
import dev.gantry.isolation.log.LogStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

/** Carries what a sandbox writes into the log of its build, line by line, while it runs. */
final class Output {
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final int LINE_BYTES_MAX = 64 * 1024;

  private final BuildLog log;
  private final int step;
  private final SecretMask mask;
  private final Map<LogStream, ByteArrayOutputStream> partial = new EnumMap<>(LogStream.class);

  /** Writes to a log, where these values are not to be read. */
  Output(BuildLog log, int step, List<byte[]> secrets) {
    this.log = log;
    this.mask = new SecretMask(secrets);
    this.step = step;
    for (LogStream stream : LogStream.values()) {
      partial.put(stream, new ByteArrayOutputStream());
    }
  }

  /** Returns when the sandbox has ended and all that it wrote is carried over. */
  void follow(Path directory, Future<?> end) throws IOException, InterruptedException {
    LogQuery query = LogQuery.ALL.following();
    try (LogReader reader = LogReader.open(directory, query)) {
      while (true) {
        boolean over = end.isDone();
        Optional<LogEntry> entry = reader.next(over ? Duration.ZERO : PATIENCE);
        if (entry.isPresent()) {
          take(entry.get());
        } else if (over) {
          break;
        }
      }
    }
    partial.forEach(this::flush);
  }

  private void take(LogEntry entry) {
    ByteArrayOutputStream line =
        partial.computeIfAbsent(entry.stream(), s -> new ByteArrayOutputStream());
    line.writeBytes(entry.bytes());
    if (!entry.partial() || line.size() > LINE_BYTES_MAX) {
      write(entry.stream(), line, !entry.partial());
    }
  }

  private void flush(LogStream stream, ByteArrayOutputStream line) {
    if (line.size() > 0) {
      write(stream, line, false);
    }
  }

  private void write(LogStream stream, ByteArrayOutputStream line, boolean ended) {
    String name = stream == LogStream.STDOUT ? "stdout" : "stderr";
    log.output(name, step, mask.apply(line.toByteArray()), ended);
    line.reset();
  }
}
