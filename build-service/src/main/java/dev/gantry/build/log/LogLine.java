package dev.gantry.build.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A line of a build's log.
 *
 * @param time RFC 3339, UTC
 * @param stream {@code stdout} or {@code stderr} of a step, {@code build} for the builder itself,
 *     {@code step} for a step that begins or is done
 * @param step the step's number; absent where it belongs to none
 * @param line as text, without its end
 * @param bytes what was written to the byte, in base64, where it is no UTF-8
 * @param open true where the line did not end here
 * @param progress of a step that begins or is done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LogLine(
    String time,
    String stream,
    @Nullable Integer step,
    String line,
    @Nullable String bytes,
    @Nullable Boolean open,
    @Nullable StepProgress progress) {

  static LogLine said(String time, @Nullable Integer step, String text) {
    return new LogLine(time, "build", step, text, null, null, null);
  }

  static LogLine written(String time, String stream, @Nullable Integer step, Written written) {
    Boolean open = written.ended() ? null : Boolean.TRUE;
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(written.bytes())).toString();
      return new LogLine(time, stream, step, text, null, open, null);
    } catch (CharacterCodingException e) {
      String text = new String(written.bytes(), StandardCharsets.UTF_8);
      String exact = Base64.getEncoder().encodeToString(written.bytes());
      return new LogLine(time, stream, step, text, exact, open, null);
    }
  }

  /** Bytes that a process wrote, and whether a line feed followed. */
  @SuppressWarnings("ArrayRecordComponent") // looked at once, never compared
  record Written(byte[] bytes, boolean ended) {}

  /** What was written, to the byte, its end included. */
  public byte[] exact() {
    byte[] text =
        bytes == null ? line.getBytes(StandardCharsets.UTF_8) : Base64.getDecoder().decode(bytes);
    if (Boolean.TRUE.equals(open)) {
      return text;
    }
    return ByteBuffer.allocate(text.length + 1).put(text).put((byte) '\n').array();
  }
}
