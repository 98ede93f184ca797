package dev.gantry.image.mirror;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A body whose client is to see that it broke off: its length was told already, so that only the
 * end of the connection can say it.
 */
final class BreakingStream extends FilterInputStream {
  private final Runnable breakOff;

  BreakingStream(InputStream content, Runnable breakOff) {
    super(content);
    this.breakOff = breakOff;
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      breakOff.run();
      throw e;
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      return super.read(into, offset, length);
    } catch (IOException e) {
      breakOff.run();
      throw e;
    }
  }
}
