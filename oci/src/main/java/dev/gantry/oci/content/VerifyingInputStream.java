package dev.gantry.oci.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that proves at its end that it was the expected content: the read that would return -1
 * throws {@link DigestMismatchException} instead when digest or size differ, and no more than the
 * expected size is ever handed out. Until the end was reached nothing is proven.
 */
public final class VerifyingInputStream extends FilterInputStream {
  private final Digest expected;
  private final long size;
  private final Digester digester;
  private boolean proven;

  /** Expects exactly {@code size} bytes with this digest. */
  public VerifyingInputStream(InputStream in, Digest expected, long size) {
    super(in);
    this.expected = expected;
    this.size = size;
    this.digester = new Digester(expected.algorithm());
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
    int count = in.read(into, offset, length);
    if (count == -1) {
      prove();
      return -1;
    }
    digester.update(into, offset, count);
    if (digester.size() > size) {
      throw new DigestMismatchException(size + " bytes", "more");
    }
    return count;
  }

  private void prove() throws DigestMismatchException {
    if (proven) {
      return;
    }
    if (digester.size() != size) {
      throw new DigestMismatchException(size + " bytes", digester.size() + " bytes");
    }
    Digest actual = digester.finish();
    if (!actual.equals(expected)) {
      throw new DigestMismatchException(expected.toString(), actual.toString());
    }
    proven = true;
  }

  /** Bytes are proven in order: nothing is skipped unread. */
  @Override
  public long skip(long count) throws IOException {
    long skipped = 0;
    byte[] sink = new byte[8192];
    while (skipped < count) {
      int read = read(sink, 0, (int) Math.min(sink.length, count - skipped));
      if (read == -1) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
