package dev.gantry.build.service;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A tar, written by hand, so that it can hold what no tool would write. */
final class Archive {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Archive file(String name, String content) {
    return file(name, 0644, content);
  }

  Archive file(String name, int mode, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    header(name, '0', mode, bytes.length, "");
    out.writeBytes(Arrays.copyOf(bytes, (bytes.length + 511) / 512 * 512));
    return this;
  }

  Archive symlink(String name, String target) {
    header(name, '2', 0777, 0, target);
    return this;
  }

  Archive hardLink(String name, String target) {
    header(name, '1', 0644, 0, target);
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(out.toByteArray());
    all.writeBytes(new byte[1024]);
    return all.toByteArray();
  }

  private void header(String name, char type, int mode, int size, String link) {
    byte[] block = new byte[512];
    put(block, 0, name);
    put(block, 100, "%07o".formatted(mode));
    put(block, 108, "%07o".formatted(1000));
    put(block, 116, "%07o".formatted(1000));
    put(block, 124, "%011o".formatted(size));
    put(block, 136, "%011o".formatted(1_700_000_000));
    put(block, 148, "        ");
    block[156] = (byte) type;
    put(block, 157, link);
    put(block, 257, "ustar\0" + "00");
    int sum = 0;
    for (byte b : block) {
      sum += Byte.toUnsignedInt(b);
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    out.writeBytes(block);
  }

  private static void put(byte[] block, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, block, offset, bytes.length);
  }
}
