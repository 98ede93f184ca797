package dev.gantry.linux.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a file through one buffer outside the heap. */
final class FileInput extends InputStream {
  private final FileFd file;
  private final ByteBuffer buffer;

  FileInput(FileFd file, int bufferBytes) {
    this.file = file;
    this.buffer = ByteBuffer.allocateDirect(bufferBytes).limit(0);
  }

  private boolean fill() throws IOException {
    if (buffer.hasRemaining()) {
      return true;
    }
    buffer.clear();
    int count = file.read(buffer);
    buffer.flip();
    return count > 0;
  }

  @Override
  public int read() throws IOException {
    return fill() ? Byte.toUnsignedInt(buffer.get()) : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(into, offset, count);
    return count;
  }

  @Override
  public void close() {
    file.close();
  }
}
