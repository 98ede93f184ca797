package dev.gantry.build.execute;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/**
 * Takes secrets out of lines of output: each line of a value, where it is long enough to be told
 * from what else is written.
 */
final class SecretMask {
  private static final int LENGTH_MIN = 4;
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;
  private static final String MASK = "***";

  private final List<String> values;

  SecretMask(List<byte[]> secrets) {
    this.values =
        secrets.stream()
            .flatMap(secret -> new String(secret, BYTES).lines())
            .map(String::strip)
            .filter(line -> line.length() >= LENGTH_MIN)
            .distinct()
            .sorted(Comparator.comparing(String::length).reversed())
            .toList();
  }

  /** The line without what nobody may read; every other byte as it is. */
  byte[] apply(byte[] line) {
    if (values.isEmpty()) {
      return line;
    }
    String masked = new String(line, BYTES);
    for (String value : values) {
      masked = masked.replace(value, MASK);
    }
    return masked.getBytes(BYTES);
  }
}
