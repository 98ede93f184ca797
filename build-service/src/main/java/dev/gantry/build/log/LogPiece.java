package dev.gantry.build.log;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Whole lines of a log.
 *
 * @param position how many bytes are before them
 */
@SuppressWarnings("ArrayRecordComponent") // looked at once, never compared
record LogPiece(long position, byte[] lines) {
  long end() {
    return position + lines.length;
  }

  boolean isEmpty() {
    return lines.length == 0;
  }

  /** The lines of a file from a position on, at most up to another; at least one, if there is. */
  static LogPiece of(Path file, long from, long to, int bytesMax) throws IOException {
    if (to <= from) {
      return new LogPiece(from, new byte[0]);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int length = (int) Math.min(to - from, bytesMax);
      while (true) {
        byte[] bytes = read(channel, from, length);
        int end = lastLineEnd(bytes);
        if (end > 0 || length == to - from) {
          return new LogPiece(from, end == bytes.length ? bytes : Arrays.copyOf(bytes, end));
        }
        length = (int) Math.min(to - from, length * 2L);
      }
    }
  }

  private static int lastLineEnd(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  private static byte[] read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new EOFException("a log is shorter than it was");
      }
    }
    return buffer.array();
  }
}
