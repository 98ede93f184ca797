package dev.gantry.build.fetch;

import java.io.IOException;
import java.io.InputStream;

/** A body of a known length, or in chunks (RFC 9112, section 7.1); a cut one is an error. */
final class HttpBody extends InputStream {
  static final long CHUNKED = -1;

  private static final int CHUNK_LINE_MAX = 8 * 1024;
  private static final int CHUNK_DIGITS_MAX = 15;

  private final InputStream in;
  private final boolean chunked;
  private long left;
  private boolean ended;
  private boolean first = true;

  HttpBody(InputStream in, long length) {
    this.in = in;
    this.chunked = length == CHUNKED;
    this.left = chunked ? 0 : length;
    this.ended = length == 0;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!ended && left == 0) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int count = in.read(into, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new FetchException("the server ended the connection within the file");
    }
    left -= count;
    ended = left == 0 && !chunked;
    return count;
  }

  private void nextChunk() throws IOException {
    int[] lineBytes = {CHUNK_LINE_MAX};
    if (!first) {
      HttpHead.line(in, lineBytes);
    }
    first = false;
    String size = HttpHead.line(in, lineBytes).split(";", 2)[0].strip();
    if (size.isEmpty()
        || size.length() > CHUNK_DIGITS_MAX
        || !size.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw new FetchException("the server sends chunks that are not understood");
    }
    left = Long.parseLong(size, 16);
    ended = left == 0;
  }
}
