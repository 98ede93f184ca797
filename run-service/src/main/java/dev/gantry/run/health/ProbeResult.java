package dev.gantry.run.health;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * What one probe has found.
 *
 * @param output the end of what it said, at most {@value #OUTPUT_BYTES_MAX} bytes
 */
public record ProbeResult(Instant startedAt, Instant endedAt, boolean ok, String output) {
  static final int OUTPUT_BYTES_MAX = 4096;

  /** The end of what was said. */
  static String text(byte[] said) {
    byte[] end =
        said.length <= OUTPUT_BYTES_MAX
            ? said
            : Arrays.copyOfRange(said, said.length - OUTPUT_BYTES_MAX, said.length);
    String text = new String(end, StandardCharsets.UTF_8);
    // What is no text, or a character that was cut, takes more bytes than it had.
    while (text.getBytes(StandardCharsets.UTF_8).length > OUTPUT_BYTES_MAX) {
      text = text.substring(text.length() / 8 + 1);
    }
    return text;
  }
}
