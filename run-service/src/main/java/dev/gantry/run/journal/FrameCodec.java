package dev.gantry.run.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A frame on disk: {@code length:int crc32c:int position:long kind:byte run:byte-length,ascii
 * payload}. The length counts what follows the checksum; the checksum covers it.
 */
final class FrameCodec {
  static final int PAYLOAD_BYTES_MAX = 4 << 20;
  private static final int HEADER = 2 * Integer.BYTES;
  private static final int FIXED = Long.BYTES + 1 + 1;

  private FrameCodec() {}

  static int size(Frame frame) {
    return HEADER + FIXED + frame.run().length() + frame.payload().length;
  }

  static void write(Frame frame, ByteBuffer target) {
    byte[] run = frame.run().getBytes(StandardCharsets.US_ASCII);
    int start = target.position();
    target.putInt(FIXED + run.length + frame.payload().length);
    target.putInt(0);
    target.putLong(frame.position());
    target.put(frame.kind().code());
    target.put((byte) run.length);
    target.put(run);
    target.put(frame.payload());
    target.putInt(
        start + Integer.BYTES, checksum(target.slice(start + HEADER, length(target, start))));
  }

  /** The next frame; empty, with the source's position unmoved, where no whole one stands. */
  static Optional<Frame> read(ByteBuffer source) {
    int start = source.position();
    if (source.remaining() < HEADER + FIXED) {
      return Optional.empty();
    }
    int length = source.getInt(start);
    if (length < FIXED
        || length > FIXED + Byte.MAX_VALUE + PAYLOAD_BYTES_MAX
        || length > source.remaining() - HEADER) {
      return Optional.empty();
    }
    ByteBuffer body = source.slice(start + HEADER, length);
    if (checksum(body.duplicate()) != source.getInt(start + Integer.BYTES)) {
      return Optional.empty();
    }
    Optional<Frame> frame = body(body);
    frame.ifPresent(_ -> source.position(start + HEADER + length));
    return frame;
  }

  private static Optional<Frame> body(ByteBuffer body) {
    long position = body.getLong();
    Optional<Kind> kind = Kind.of(body.get());
    int runLength = body.get();
    if (kind.isEmpty() || runLength < 0 || runLength > body.remaining()) {
      return Optional.empty();
    }
    byte[] run = new byte[runLength];
    body.get(run);
    byte[] payload = new byte[body.remaining()];
    body.get(payload);
    return Optional.of(
        new Frame(position, kind.get(), new String(run, StandardCharsets.US_ASCII), payload));
  }

  private static int length(ByteBuffer target, int start) {
    return target.position() - start - HEADER;
  }

  private static int checksum(ByteBuffer body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    return (int) crc.getValue();
  }
}
