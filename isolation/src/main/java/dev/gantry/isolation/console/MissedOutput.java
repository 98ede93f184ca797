package dev.gantry.isolation.console;

import dev.gantry.isolation.log.LogEntry;
import dev.gantry.isolation.log.LogQuery;
import dev.gantry.isolation.log.LogReader;
import dev.gantry.isolation.log.LogStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Output that a client was not sent, because it was not there or took none; the log has it. */
record MissedOutput(Path log, Instant after, Instant before) {
  private static final int PIECE_BYTES = 32 << 10;

  /** Puts it into the queue, as far as it was not rotated away. */
  void copyTo(OutputQueue queue) throws IOException, InterruptedException {
    Pieces pieces = new Pieces(queue);
    try (LogReader reader = LogReader.open(log, LogQuery.ALL)) {
      boolean wanted = true;
      while (wanted) {
        Optional<LogEntry> entry = reader.next(Duration.ZERO);
        wanted = entry.isPresent() && entry.get().time().isBefore(before);
        if (wanted && entry.get().time().isAfter(after)) {
          wanted = pieces.add(entry.get());
        }
      }
    }
    pieces.flush();
  }

  /** Lines are many and short: they are handed on together. */
  private static final class Pieces {
    private final OutputQueue queue;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
    private LogStream stream = LogStream.STDOUT;

    Pieces(OutputQueue queue) {
      this.queue = queue;
    }

    boolean add(LogEntry entry) throws InterruptedException {
      boolean taken = true;
      if (entry.stream() != stream || piece.size() >= PIECE_BYTES) {
        taken = flush();
      }
      stream = entry.stream();
      piece.writeBytes(entry.bytes());
      if (!entry.partial()) {
        piece.write('\n');
      }
      return taken;
    }

    boolean flush() throws InterruptedException {
      boolean taken = piece.size() == 0 || queue.put(stream, piece.toByteArray());
      piece.reset();
      return taken;
    }
  }
}
