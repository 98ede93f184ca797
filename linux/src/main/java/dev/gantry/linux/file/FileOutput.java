package dev.gantry.linux.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes a file through one buffer outside the heap. */
final class FileOutput extends OutputStream {
  private final FileFd file;
  private final ByteBuffer buffer;

  FileOutput(FileFd file, int bufferBytes) {
    this.file = file;
    this.buffer = ByteBuffer.allocateDirect(bufferBytes);
  }

  @Override
  public void write(int b) throws IOException {
    if (!buffer.hasRemaining()) {
      flush();
    }
    buffer.put((byte) b);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int count = Math.min(length - done, buffer.remaining());
      buffer.put(from, offset + done, count);
      done += count;
    }
  }

  @Override
  public void flush() throws IOException {
    file.write(buffer.flip());
    buffer.clear();
  }

  /** Closes the file also when the last write fails. */
  @Override
  public void close() throws IOException {
    try (file) {
      if (buffer.position() > 0) {
        flush();
      }
    }
  }
}
