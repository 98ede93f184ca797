package dev.gantry.oci.tar;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Decimal numbers, a line each, in blocks that are read as they are needed. */
final class SparseLines {
  private static final int DIGITS_MAX = 18;

  /** Where blocks come from. */
  @FunctionalInterface
  interface Blocks {
    byte[] next() throws IOException;
  }

  private final Blocks blocks;
  private byte[] block = new byte[0];
  private int position;

  SparseLines(Blocks blocks) {
    this.blocks = blocks;
  }

  long next() throws IOException {
    byte[] digits = new byte[DIGITS_MAX];
    int count = 0;
    for (byte b; (b = nextByte()) != '\n'; count++) {
      if (count == DIGITS_MAX) {
        throw new TarFormatException("a number in a sparse map is too long");
      }
      digits[count] = b;
    }
    return PaxRecords.decimal(new String(digits, 0, count, StandardCharsets.US_ASCII));
  }

  private byte nextByte() throws IOException {
    if (position == block.length) {
      block = blocks.next();
      position = 0;
    }
    return block[position++];
  }
}
