package dev.gantry.run.publish;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.bus.Pending;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Topics;
import dev.gantry.run.journal.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record that nobody could take, after it had been accepted, on its way to the dead letters.
 *
 * @param value untouched, as the headers
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeadLetter(Origin origin, String reason, String message, Instant at) {
  private static final JsonMapper JSON = JsonMapper.builder().findAndAddModules().build();

  /** The record that it was, and where it lay. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Origin(
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Map<String, byte[]> headers) {
    /** Copies the headers. */
    public Origin {
      headers = Map.copyOf(headers);
    }
  }

  /** A dead letter for a record. */
  public static DeadLetter of(Origin origin, ReasonCode reason, String message, Instant at) {
    return new DeadLetter(origin, reason.name(), message, at);
  }

  /** As it is kept in the journal. */
  public byte[] encode() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Pending pending(Frame frame, String consumer) throws IOException {
    DeadLetter letter = JSON.readValue(frame.payload(), DeadLetter.class);
    Origin origin = letter.origin();
    Map<String, byte[]> headers = new LinkedHashMap<>(origin.headers());
    headers.put("gantry-dlt-reason", bytes(letter.reason()));
    headers.put("gantry-dlt-message", bytes(letter.message()));
    headers.put("gantry-dlt-topic", bytes(origin.topic()));
    headers.put("gantry-dlt-partition", bytes(Integer.toString(origin.partition())));
    headers.put("gantry-dlt-offset", bytes(Long.toString(origin.offset())));
    headers.put("gantry-dlt-consumer", bytes(consumer));
    headers.put("gantry-dlt-at", bytes(letter.at().toString()));
    byte[] key = origin.key();
    byte[] value = origin.value();
    return new Pending(
        frame.position(),
        Topics.deadLetters(origin.topic()),
        key == null ? "" : new String(key, StandardCharsets.UTF_8),
        "%s-%d-%d".formatted(origin.topic(), origin.partition(), origin.offset()),
        value == null ? new byte[0] : value,
        headers);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
