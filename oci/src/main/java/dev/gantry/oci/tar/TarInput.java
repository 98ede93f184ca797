package dev.gantry.oci.tar;

import java.io.IOException;
import java.io.InputStream;

/** Reads blocks. */
final class TarInput {
  private final InputStream in;
  private final byte[] sink = new byte[16 * 1024];

  TarInput(InputStream in) {
    this.in = in;
  }

  /** A whole block; false at the end of the stream. */
  boolean readBlock(byte[] block) throws IOException {
    int count = in.readNBytes(block, 0, block.length);
    if (count != 0 && count != block.length) {
      throw truncated();
    }
    return count != 0;
  }

  byte[] readFully(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw truncated();
    }
    return bytes;
  }

  int read(byte[] into, int offset, int length) throws IOException {
    int count = in.read(into, offset, length);
    if (count == -1) {
      throw truncated();
    }
    return count;
  }

  void skip(long length) throws IOException {
    for (long left = length; left > 0; ) {
      left -= read(sink, 0, (int) Math.min(sink.length, left));
    }
  }

  void drain() throws IOException {
    while (in.read(sink) != -1) {
      // What lies behind the end of the archive is part of its digest, but means nothing.
    }
  }

  static long padding(long length) {
    return -length & TarFields.BLOCK_BYTES - 1;
  }

  private static TarFormatException truncated() {
    return new TarFormatException("the archive ends in the middle of an entry");
  }
}
