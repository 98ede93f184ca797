package dev.gantry.oci.layer;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.Digester;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** An archive without its compression, digested and bounded as it is read. */
final class PlainStream extends InputStream {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAGIC_BYTES = 4;

  private final InputStream archive;
  private final InputStream plain;
  private final Digester digester = new Digester();
  private final long bytesMax;

  PlainStream(InputStream archive, long bytesMax) throws IOException {
    this.archive = new BufferedInputStream(archive, BUFFER_BYTES);
    this.bytesMax = bytesMax;
    this.plain = decompress(this.archive);
  }

  private static InputStream decompress(InputStream archive) throws IOException {
    archive.mark(MAGIC_BYTES);
    byte[] magic = archive.readNBytes(MAGIC_BYTES);
    archive.reset();
    try {
      return switch (Compression.detect(magic)) {
        case NONE -> archive;
        case GZIP -> new GZIPInputStream(new UntilTheEnd(archive), BUFFER_BYTES);
        case ZSTD -> new ZstdInputStream(archive);
      };
    } catch (ZipException | EOFException malformed) {
      throw new HostileArchiveException("", "the gzip stream is malformed");
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) == -1 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count;
    try {
      count = plain.read(into, offset, length);
    } catch (ZipException | ZstdIOException malformed) {
      throw new HostileArchiveException("", "the compressed stream is malformed");
    } catch (EOFException truncated) {
      throw new HostileArchiveException("", "the compressed stream is truncated");
    }
    if (count > 0) {
      digester.update(into, offset, count);
      if (digester.size() > bytesMax) {
        throw new HostileArchiveException("", "more than " + bytesMax + " bytes");
      }
    }
    return count;
  }

  /** Reads what is left behind the compressed data, so that the archive's own digest is whole. */
  void drain() throws IOException {
    byte[] sink = new byte[BUFFER_BYTES];
    while (archive.read(sink) != -1) {
      // Nothing there means anything.
    }
  }

  long size() {
    return digester.size();
  }

  Digest finish() {
    return digester.finish();
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }

  /**
   * A gzip file may have several members; GZIPInputStream takes {@code available() == 0} for the
   * end of the file, which for a network stream it is not.
   */
  private static final class UntilTheEnd extends FilterInputStream {
    UntilTheEnd(InputStream in) {
      super(in);
    }

    @Override
    public int available() throws IOException {
      int available = in.available();
      if (available > 0) {
        return available;
      }
      in.mark(1);
      boolean ended = in.read() == -1;
      in.reset();
      return ended ? 0 : 1;
    }
  }
}
