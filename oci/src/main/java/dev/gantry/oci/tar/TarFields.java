package dev.gantry.oci.tar;

import dev.gantry.linux.file.FileName;
import java.util.Arrays;

/** Where things are in a header block, and how its numbers and texts are written. */
final class TarFields {
  static final int BLOCK_BYTES = 512;

  static final int NAME = 0;
  static final int NAME_BYTES = 100;
  static final int MODE = 100;
  static final int UID = 108;
  static final int GID = 116;
  static final int ID_BYTES = 8;
  static final int SIZE = 124;
  static final int TIME = 136;
  static final int LONG_BYTES = 12;
  static final int CHECKSUM = 148;
  static final int TYPE = 156;
  static final int LINK = 157;
  static final int MAGIC = 257;
  static final int MAJOR = 329;
  static final int MINOR = 337;
  static final int PREFIX = 345;
  static final int PREFIX_BYTES = 155;
  static final int STAR_PREFIX_BYTES = 131;
  static final int STAR_TRAILER = 508;

  private TarFields() {}

  static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** Bytes up to a NUL or the field's end. */
  static byte[] bytes(byte[] block, int offset, int length) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(block, offset, end);
  }

  static String text(byte[] block, int offset, int length) {
    return FileName.decode(bytes(block, offset, length));
  }

  /** Octal digits amid blanks, or, with the highest bit set, base 256 (GNU, star). */
  static long number(byte[] block, int offset, int length) throws TarFormatException {
    if ((block[offset] & 0x80) != 0) {
      return base256(block, offset, length);
    }
    long value = 0;
    boolean ended = false;
    for (int i = offset; i < offset + length; i++) {
      int c = block[i];
      if (c == 0 || c == ' ') {
        ended = ended || i > offset && isOctal(block[i - 1]);
      } else if (isOctal(c) && !ended) {
        value = value << 3 | c - '0';
      } else {
        throw new TarFormatException("a number in a header has other characters than digits");
      }
    }
    return value;
  }

  private static boolean isOctal(int c) {
    return c >= '0' && c <= '7';
  }

  private static long base256(byte[] block, int offset, int length) throws TarFormatException {
    boolean negative = (block[offset] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = offset; i < offset + length; i++) {
      int digit = Byte.toUnsignedInt(block[i]);
      if (i == offset) {
        digit = negative ? digit | 0x80 : digit & 0x7f;
      }
      if (value >> 55 != (negative ? -1 : 0)) {
        throw new TarFormatException("a number in a header is too large");
      }
      value = value << 8 | digit;
    }
    return value;
  }

  /** The sum of all bytes with the checksum's own as blanks; old tars took bytes as signed. */
  static void requireChecksum(byte[] block) throws TarFormatException {
    long stored = number(block, CHECKSUM, ID_BYTES);
    if (stored != checksum(block, true) && stored != checksum(block, false)) {
      throw new TarFormatException("a header's checksum is wrong");
    }
  }

  static long checksum(byte[] block, boolean unsigned) {
    long sum = 0;
    for (int i = 0; i < BLOCK_BYTES; i++) {
      boolean own = i >= CHECKSUM && i < CHECKSUM + ID_BYTES;
      sum += own ? ' ' : unsigned ? Byte.toUnsignedInt(block[i]) : block[i];
    }
    return sum;
  }
}
