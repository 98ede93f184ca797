package dev.gantry.oci.layer;

import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.Digester;
import java.io.IOException;
import java.io.OutputStream;

/** Digests what passes; closing it leaves the stream below open. */
final class DigestedOutput extends OutputStream {
  private final OutputStream out;
  private final Digester digester = new Digester();

  DigestedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    digester.update(from, offset, length);
    out.write(from, offset, length);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    flush();
  }

  long size() {
    return digester.size();
  }

  Digest finish() {
    return digester.finish();
  }
}
