package dev.gantry.run.lifecycle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Decoded;
import dev.gantry.events.EntityId;
import dev.gantry.events.Envelope;
import dev.gantry.events.EventType;
import dev.gantry.events.Parsed;
import dev.gantry.events.RunRequest;
import dev.gantry.events.RunSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes orders of what the codec has decoded, and of what the journal and the claims keep. */
public final class OrderReader {
  private static final JsonMapper JSON = new JsonMapper();
  private static final EventType REQUESTED = EventType.of(RunRequest.Requested.class);
  private static final int TEXT_LENGTH_MAX = 512;
  private static final int LABELS_MAX = 256;

  private final CloudEventCodec codec;

  public OrderReader(CloudEventCodec codec) {
    this.codec = codec;
  }

  /** The order that a record kept by this service holds; empty when it holds none. */
  public Optional<Order> read(byte[] record) {
    return switch (codec.decode(record, CloudEventCodec.headers())) {
      case Decoded.Ok(Envelope<?> envelope)
          when envelope.data() instanceof RunRequest.Requested(RunSpec spec) ->
          Optional.of(accepted(envelope, spec, record));
      case Decoded.Refused refused when refused.type().equals(REQUESTED) ->
          Optional.of(refused(refused, record));
      case Decoded.Ok _, Decoded.Refused _, Decoded.Malformed _ -> Optional.empty();
    };
  }

  /** The order of a request that can be honoured. */
  public Order accepted(Envelope<?> envelope, RunSpec spec) {
    return accepted(envelope, spec, codec.encode(envelope));
  }

  /** The order of a request that cannot be honoured: it will be rejected. */
  public Order refused(Decoded.Refused refused) {
    return refused(refused, structured(refused));
  }

  private static Order accepted(Envelope<?> envelope, RunSpec spec, byte[] record) {
    return new Order(
        EntityId.derive(EntityId.Kind.RUN, envelope.source().toString(), envelope.id()),
        new Parsed.Valid<>(spec),
        new Order.Claimed(spec.image(), spec.name(), spec.labels()),
        new Order.Cause(
            envelope.id(),
            envelope.source().toString(),
            envelope.time(),
            Objects.requireNonNullElse(envelope.correlationId(), envelope.id()),
            envelope.traceparent()),
        record);
  }

  private static Order refused(Decoded.Refused refused, byte[] record) {
    Parsed.Invalid<?> problem = refused.problem();
    return new Order(
        EntityId.derive(EntityId.Kind.RUN, refused.source().toString(), refused.id()),
        new Parsed.Invalid<>(problem.field(), problem.reason(), problem.message()),
        new Order.Claimed(
            text(refused.data().path("image")),
            text(refused.data().path("name")),
            labels(refused.data().path("labels"))),
        new Order.Cause(
            refused.id(),
            refused.source().toString(),
            refused.time(),
            Objects.requireNonNullElse(refused.correlationId(), refused.id()),
            refused.traceparent()),
        record);
  }

  private static byte[] structured(Decoded.Refused refused) {
    ObjectNode event =
        JSON.createObjectNode()
            .put("specversion", "1.0")
            .put("id", refused.id())
            .put("source", refused.source().toString())
            .put("type", refused.type().name())
            .put("time", refused.time().toString())
            .put("datacontenttype", "application/json");
    if (refused.correlationId() != null) {
      event.put("correlationid", refused.correlationId());
    }
    if (refused.traceparent() != null) {
      event.put("traceparent", refused.traceparent());
    }
    event.set("data", refused.data());
    try {
      return JSON.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON", e);
    }
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() && node.textValue().length() <= TEXT_LENGTH_MAX
        ? node.textValue()
        : null;
  }

  private static Map<String, String> labels(JsonNode node) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> label : node.properties()) {
      String value = text(label.getValue());
      if (value != null && label.getKey().length() <= TEXT_LENGTH_MAX) {
        labels.put(label.getKey(), value);
      }
    }
    return labels.size() > LABELS_MAX ? Map.of() : labels;
  }
}
