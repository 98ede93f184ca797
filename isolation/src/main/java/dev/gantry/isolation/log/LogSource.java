package dev.gantry.isolation.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;

/** One file of a log, held open, so that it can be read to its end whatever its name is by then. */
final class LogSource implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int FIELDS = 3;

  private final Object identity;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();

  private LogSource(Object identity, FileChannel channel) {
    this.identity = identity;
    this.channel = channel;
  }

  /** Opens the file that has this identity (device and inode). */
  static LogSource open(Path file, Object identity) throws IOException {
    return new LogSource(identity, FileChannel.open(file, StandardOpenOption.READ));
  }

  Object identity() {
    return identity;
  }

  /** Reads from the beginning again. */
  void rewind() throws IOException {
    channel.position(0);
    buffer.clear().flip();
  }

  /**
   * The next whole line's entry; empty at the end. What is no line of the format is passed over.
   */
  Optional<LogEntry> next() throws IOException {
    Optional<LogEntry> entry = Optional.empty();
    while (entry.isEmpty()) {
      int end = endOfLine();
      if (end < 0) {
        if (!fill()) {
          return Optional.empty();
        }
      } else {
        byte[] line = new byte[end - buffer.position()];
        buffer.get(line).get();
        entry = parse(line);
      }
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Whether there was more to read. */
  private boolean fill() throws IOException {
    if (buffer.remaining() == buffer.capacity()) {
      // No writer of ours makes lines of this length.
      buffer.clear().flip();
    }
    buffer.compact();
    int read = channel.read(buffer);
    buffer.flip();
    return read > 0;
  }

  private int endOfLine() {
    for (int at = buffer.position(); at < buffer.limit(); at++) {
      if (buffer.get(at) == '\n') {
        return at;
      }
    }
    return -1;
  }

  private static Optional<LogEntry> parse(byte[] line) {
    int[] blanks = new int[FIELDS];
    int found = 0;
    for (int at = 0; at < line.length && found < FIELDS; at++) {
      if (line[at] == ' ') {
        blanks[found++] = at;
      }
    }
    if (found < FIELDS) {
      return Optional.empty();
    }
    String stream = text(line, blanks[0] + 1, blanks[1]);
    String tag = text(line, blanks[1] + 1, blanks[2]);
    boolean known =
        (stream.equals("stdout") || stream.equals("stderr"))
            && (tag.equals("F") || tag.equals("P"));
    if (!known) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new LogEntry(
              Instant.parse(text(line, 0, blanks[0])),
              stream.equals("stdout") ? LogStream.STDOUT : LogStream.STDERR,
              Arrays.copyOfRange(line, blanks[2] + 1, line.length),
              tag.equals("P")));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String text(byte[] line, int from, int to) {
    return new String(line, from, to - from, StandardCharsets.US_ASCII);
  }
}
