package dev.gantry.build.context;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** How a tar is compressed, as its first bytes tell. */
public enum ArchiveFormat {
  TAR("application/x-tar", ""),
  GZIP("application/gzip", "1f8b"),
  ZSTD("application/zstd", "28b52ffd"),
  BZIP2("application/x-bzip2", "425a68"),
  XZ("application/x-xz", "fd377a585a00");

  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int XZ_MEMORY_KIB_MAX = 256 * 1024;

  private final String mediaType;
  private final byte[] magic;

  ArchiveFormat(String mediaType, String magic) {
    this.mediaType = mediaType;
    this.magic = HexFormat.of().parseHex(magic);
  }

  /** What such an archive is called. */
  public String mediaType() {
    return mediaType;
  }

  /** What something with these first bytes would be; plain where no compression is known. */
  private static ArchiveFormat of(byte[] head) {
    for (ArchiveFormat format : values()) {
      byte[] magic = format.magic;
      if (magic.length > 0
          && head.length >= magic.length
          && Arrays.equals(head, 0, magic.length, magic, 0, magic.length)) {
        return format;
      }
    }
    return TAR;
  }

  /**
   * What a context is.
   *
   * @throws InvalidContextException when it is neither compressed nor a tar
   */
  static ArchiveFormat ofContext(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(TarHeader.BLOCK);
    }
    ArchiveFormat format = of(head);
    if (format != TAR) {
      return format;
    }
    if (head.length < TarHeader.BLOCK) {
      throw new InvalidContextException(
          "the context is not a tar archive, plain or compressed by gzip, zstd, xz or bzip2");
    }
    if (!TarHeader.isEnd(head)) {
      TarHeader.parse(head);
    }
    return TAR;
  }

  /** A source of bytes that can be read from its beginning again. */
  @FunctionalInterface
  public interface Opener {
    /** Opens it. */
    InputStream open() throws IOException;
  }

  /**
   * Opens an archive for reading as a plain tar; empty when it is none: its first bytes, without
   * compression, must be a header with the right checksum, as Docker decides what ADD unpacks.
   */
  public static Optional<InputStream> tar(Opener opener) throws IOException {
    ArchiveFormat format;
    byte[] head;
    try (InputStream in = opener.open()) {
      format = of(in.readNBytes(TarHeader.BLOCK));
    }
    try (InputStream in = format.plain(opener.open())) {
      head = in.readNBytes(TarHeader.BLOCK);
      if (head.length < TarHeader.BLOCK || TarHeader.isEnd(head)) {
        return Optional.empty();
      }
      TarHeader.parse(head);
    } catch (InvalidContextException e) {
      return Optional.empty();
    }
    return Optional.of(format.plain(opener.open()));
  }

  /**
   * The same without compression; what is damaged is told as an {@link InvalidContextException}.
   */
  InputStream plain(InputStream compressed) throws IOException {
    Source source = new Source(new BufferedInputStream(compressed, BUFFER_BYTES));
    try {
      return switch (this) {
        case TAR -> source;
        case GZIP -> new Checked(source, new GzipCompressorInputStream(source, true));
        case ZSTD -> new Checked(source, new ZstdInputStream(source));
        case BZIP2 -> new Checked(source, new BZip2CompressorInputStream(source, true));
        case XZ -> new Checked(source, new XZInputStream(source, XZ_MEMORY_KIB_MAX));
      };
    } catch (IOException | RuntimeException e) {
      source.close();
      throw source.blame(e);
    }
  }

  /** Remembers that it failed itself, so that a disk's failure is not taken for damage. */
  private static final class Source extends FilterInputStream {
    private @Nullable IOException failure;

    Source(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return super.read(into, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    IOException blame(Exception e) {
      return failure != null
          ? failure
          : new InvalidContextException("the archive is damaged: " + e.getMessage());
    }
  }

  /** Tells damage as what it is: decompressors throw whatever they like. */
  private static final class Checked extends InputStream {
    private final Source source;
    private final InputStream in;

    Checked(Source source, InputStream in) {
      this.source = source;
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return in.read(into, offset, length);
      } catch (IOException | RuntimeException e) {
        throw source.blame(e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
