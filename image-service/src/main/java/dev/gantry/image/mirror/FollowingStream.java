package dev.gantry.image.mirror;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads a file while it is fetched; waits where nothing has come yet. One thread at a time. */
final class FollowingStream extends InputStream {
  private final BlobFetch fetch;
  private final FileChannel file;
  private final long end;
  private long position;

  /** Follows from an offset; {@code count} bytes, or all that come. */
  FollowingStream(BlobFetch fetch, FileChannel file, long offset, long count) {
    this.fetch = fetch;
    this.file = file;
    this.position = offset;
    this.end = count == Long.MAX_VALUE ? Long.MAX_VALUE : offset + count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) == -1 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position >= end) {
      return -1;
    }
    long readable = Math.min(end, await());
    if (readable <= position) {
      return -1;
    }
    int wanted = (int) Math.min(length, readable - position);
    int count = file.read(ByteBuffer.wrap(into, offset, wanted), position);
    if (count <= 0) {
      throw new IOException("a file that was fetched is shorter than it was");
    }
    position += count;
    return count;
  }

  private long await() throws IOException {
    try {
      return fetch.awaitBeyond(position);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a blob was fetched");
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
