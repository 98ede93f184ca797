package dev.gantry.build.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What a context is, as its first bytes tell. */
enum ContextFormat {
  TAR("application/x-tar"),
  GZIP("application/gzip"),
  ZSTD("application/zstd");

  private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTD_MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  private final String mediaType;

  ContextFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  static ContextFormat of(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(TarHeader.BLOCK);
    }
    if (startsWith(head, GZIP_MAGIC)) {
      return GZIP;
    }
    if (startsWith(head, ZSTD_MAGIC)) {
      return ZSTD;
    }
    if (head.length < TarHeader.BLOCK) {
      throw new InvalidContextException(
          "the context is not a tar archive, plain or compressed by gzip or zstd");
    }
    if (!TarHeader.isEnd(head)) {
      TarHeader.parse(head);
    }
    return TAR;
  }

  private static boolean startsWith(byte[] head, byte[] magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }
}
