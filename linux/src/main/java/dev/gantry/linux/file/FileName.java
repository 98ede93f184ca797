package dev.gantry.linux.file;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * File names are bytes, Java's strings are not: names are decoded as UTF-8, and each byte that is
 * not UTF-8 becomes a lone surrogate U+DC80…U+DCFF, so that every name comes back as it was (the
 * scheme of Python's PEP 383).
 */
public final class FileName {
  private static final int ESCAPE = 0xDC00;

  private FileName() {}

  /** The string for these bytes; never fails. */
  public static String decode(byte[] name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException notUtf8) {
      return decodeEscaping(name);
    }
  }

  private static String decodeEscaping(byte[] name) {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(name);
    CharBuffer out = CharBuffer.allocate(name.length);
    while (in.hasRemaining()) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError()) {
        for (int i = 0; i < result.length(); i++) {
          out.put((char) (ESCAPE + Byte.toUnsignedInt(in.get())));
        }
        decoder.reset();
      }
    }
    return out.flip().toString();
  }

  /**
   * The bytes of this name.
   *
   * @throws IllegalArgumentException when it holds a surrogate that {@link #decode} does not make
   */
  public static byte[] encode(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return hasSurrogates(name) ? encodeEscaped(name) : utf8;
  }

  /**
   * As {@link #encode}, with a NUL behind, as the kernel wants it.
   *
   * @throws LinuxException EINVAL when a NUL lies within: the kernel would take a shorter name
   */
  static byte[] encodeTerminated(String name) throws LinuxException {
    if (name.indexOf(0) >= 0) {
      throw new LinuxException("path", Errno.EINVAL.number(), "with a NUL in it");
    }
    byte[] bytes = encode(name);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  private static boolean hasSurrogates(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isSurrogate(name.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static byte[] encodeEscaped(String name) {
    ByteBuffer out = ByteBuffer.allocate(name.length() * 4);
    for (int i = 0; i < name.length(); ) {
      int point = name.codePointAt(i);
      if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xFF) {
        out.put((byte) (point - ESCAPE));
      } else if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException("a file name cannot hold the surrogate at index " + i);
      } else {
        out.put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
      }
      i += Character.charCount(point);
    }
    return Arrays.copyOf(out.array(), out.position());
  }
}
