package dev.gantry.dashboard.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Decoded;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import dev.gantry.events.Topics;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes an entry of any record: events as they are, dead letters and unreadable records as warnings
 * that are CloudEvents too.
 */
final class RecordReader {
  static final String DEAD_LETTER = "dev.gantry.dead-letter.v1";
  static final String UNREADABLE = "dev.gantry.unreadable.v1";

  private static final int SHOWN_CHARS_MAX = 2_000;
  private static final int ATTRIBUTE_CHARS_MAX = 512;
  private static final String WARNING_SOURCE = "/gantry/dashboard";
  private static final String DEAD_LETTER_HEADER = "gantry-dlt-";

  private final CloudEventCodec codec = new CloudEventCodec();
  private final JsonMapper json = JsonMapper.builder().build();

  FeedEntry read(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().endsWith(Topics.DEAD_LETTER_SUFFIX)) {
      return deadLetter(record);
    }
    Map<String, byte[]> headers = new HashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), header.value()));
    return switch (codec.decode(record.value(), headers)) {
      case Decoded.Ok(Envelope<? extends Event> envelope) -> known(record, envelope);
      case Decoded.Refused refused -> unknown(record, refused.problem().message());
      case Decoded.Malformed malformed -> unknown(record, malformed.detail());
    };
  }

  private FeedEntry known(
      ConsumerRecord<byte[], byte[]> record, Envelope<? extends Event> envelope) {
    ObjectNode structured = structured(record.value());
    String event =
        structured == null ? new String(codec.encode(envelope), UTF_8) : text(structured);
    return entry(record, envelope.type().name(), envelope.subject(), event, envelope);
  }

  /** An event of a newer version is still one; everything else is a warning. */
  private FeedEntry unknown(ConsumerRecord<byte[], byte[]> record, String why) {
    ObjectNode structured = structured(record.value());
    if (structured != null && structured.path("type").isTextual()) {
      JsonNode subject = structured.path("subject");
      return entry(
          record,
          structured.path("type").textValue(),
          subject.isTextual() ? subject.textValue() : null,
          text(structured),
          null);
    }
    ObjectNode data = origin(record).put("message", why);
    return entry(record, UNREADABLE, record.topic(), warning(record, UNREADABLE, data), null);
  }

  private FeedEntry deadLetter(ConsumerRecord<byte[], byte[]> record) {
    ObjectNode data = origin(record);
    for (Header header : record.headers()) {
      if (header.key().startsWith(DEAD_LETTER_HEADER) && header.value() != null) {
        data.put(header.key().substring(DEAD_LETTER_HEADER.length()), shown(header.value()));
      }
    }
    return entry(record, DEAD_LETTER, record.topic(), warning(record, DEAD_LETTER, data), null);
  }

  private ObjectNode origin(ConsumerRecord<byte[], byte[]> record) {
    ObjectNode data = json.createObjectNode();
    data.put("topic", record.topic())
        .put("partition", record.partition())
        .put("offset", record.offset());
    if (record.key() != null) {
      data.put("key", shown(record.key()));
    }
    if (record.value() != null) {
      data.put("value", shown(record.value())).put("valueBytes", record.value().length);
    }
    return data;
  }

  private String warning(ConsumerRecord<byte[], byte[]> record, String type, ObjectNode data) {
    ObjectNode event = json.createObjectNode();
    event
        .put("specversion", "1.0")
        .put("id", record.topic() + '/' + record.partition() + '/' + record.offset())
        .put("source", WARNING_SOURCE)
        .put("type", type)
        .put("subject", record.topic())
        .put("time", Instant.ofEpochMilli(record.timestamp()).toString())
        .put("datacontenttype", "application/json")
        .set("data", data);
    return text(event);
  }

  private @Nullable ObjectNode structured(byte @Nullable [] value) {
    if (value == null) {
      return null;
    }
    try {
      return json.readTree(value) instanceof ObjectNode object && object.has("specversion")
          ? object
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  private String text(ObjectNode event) {
    try {
      return storable(json.writeValueAsString(event));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  private static FeedEntry entry(
      ConsumerRecord<byte[], byte[]> record,
      String type,
      @Nullable String subject,
      String event,
      @Nullable Envelope<? extends Event> envelope) {
    return new FeedEntry(
        record.topic(),
        record.partition(),
        record.offset(),
        attribute(type),
        subject == null ? null : attribute(subject),
        event,
        envelope);
  }

  private static String attribute(String text) {
    String storable = storable(text.replace('\0', '\uFFFD'));
    return storable.substring(0, Math.min(storable.length(), ATTRIBUTE_CHARS_MAX));
  }

  private static String shown(byte[] bytes) {
    String text = new String(bytes, 0, Math.min(bytes.length, SHOWN_CHARS_MAX), UTF_8);
    return bytes.length > SHOWN_CHARS_MAX ? text + "…" : text;
  }

  /** Half surrogates, which JSON can spell and no database stores, become question marks. */
  private static String storable(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }
}
