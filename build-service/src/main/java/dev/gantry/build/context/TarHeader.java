package dev.gantry.build.context;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** The 512 bytes before each entry of a tar (POSIX.1-1988 ustar and GNU's variant). */
record TarHeader(
    String name, String link, char type, int mode, int uid, int gid, long size, Instant modified) {
  static final int BLOCK = 512;
  private static final long SECONDS_MAX = 1L << 40;
  private static final int ID_MAX = 0x7fffffff;

  static boolean isEnd(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  static TarHeader parse(byte[] block) throws InvalidContextException {
    if (number(block, 148, 8) != checksum(block)) {
      throw new InvalidContextException("the context is not a tar archive: a header is damaged");
    }
    String name = text(block, 0, 100);
    boolean ustar = "ustar\0".equals(new String(block, 257, 6, StandardCharsets.ISO_8859_1));
    String prefix = ustar ? text(block, 345, 155) : "";
    long size = number(block, 124, 12);
    if (size < 0) {
      throw new InvalidContextException("the context has an entry of negative size");
    }
    long seconds = number(block, 136, 12);
    if (seconds > SECONDS_MAX || seconds < -SECONDS_MAX) {
      throw new InvalidContextException("the context has an entry of no possible time");
    }
    return new TarHeader(
        prefix.isEmpty() ? name : prefix + "/" + name,
        text(block, 157, 100),
        block[156] == 0 ? '0' : (char) block[156],
        (int) number(block, 100, 8) & 07777,
        (int) Math.min(number(block, 108, 8), ID_MAX),
        (int) Math.min(number(block, 116, 8), ID_MAX),
        size,
        Instant.ofEpochSecond(seconds));
  }

  private static long checksum(byte[] block) {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : Byte.toUnsignedInt(block[i]);
    }
    return sum;
  }

  private static String text(byte[] block, int offset, int length) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return new String(block, offset, end - offset, StandardCharsets.UTF_8);
  }

  /** Octal digits, or base 256 where the first bit is set. */
  private static long number(byte[] block, int offset, int length) throws InvalidContextException {
    if ((block[offset] & 0x80) != 0) {
      byte[] digits = Arrays.copyOfRange(block, offset, offset + length);
      boolean negative = (digits[0] & 0x40) != 0;
      digits[0] = (byte) (negative ? digits[0] | 0x80 : digits[0] & 0x7f);
      return new BigInteger(digits).longValue();
    }
    String digits = text(block, offset, length).strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new InvalidContextException("the context is not a tar archive: a header is damaged");
    }
  }
}
