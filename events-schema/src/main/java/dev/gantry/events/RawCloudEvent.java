package dev.gantry.events;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent before anybody asks what it means: attributes as text, data as JSON. From the
 * structured or the binary mode of the Kafka binding, or from a bare JSON object that says {@code
 * specversion}, as people send it without headers.
 */
record RawCloudEvent(Map<String, String> attributes, JsonNode data) {
  static final int VALUE_BYTES_MAX = 1 << 20;
  static final String CONTENT_TYPE = "content-type";

  private static final String BINARY_PREFIX = "ce_";
  private static final String STRUCTURED_JSON = "application/cloudevents+json";

  /** A CloudEvent, or a reason why the record is none. */
  sealed interface Read {
    record Event(RawCloudEvent event) implements Read {}

    record Nothing(ReasonCode reason, String detail) implements Read {}
  }

  static Read read(byte @Nullable [] value, Map<String, byte[]> headers) {
    if (value == null || value.length == 0) {
      return nothing("the record has no value");
    }
    if (value.length > VALUE_BYTES_MAX) {
      return new Read.Nothing(
          ReasonCode.PAYLOAD_TOO_LARGE,
          "the record has " + value.length + " bytes, allowed are " + VALUE_BYTES_MAX);
    }
    Map<String, String> texts = new HashMap<>();
    headers.forEach(
        (name, bytes) -> {
          if (bytes != null) {
            texts.put(name.toLowerCase(Locale.ROOT), new String(bytes, StandardCharsets.UTF_8));
          }
        });
    try {
      return recognise(value, texts);
    } catch (JacksonException e) {
      return new Read.Nothing(ReasonCode.INVALID_JSON, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      return new Read.Nothing(ReasonCode.INVALID_JSON, "not JSON: " + e.getMessage());
    }
  }

  private static Read recognise(byte[] value, Map<String, String> headers) throws IOException {
    String contentType = mediaType(headers.getOrDefault(CONTENT_TYPE, ""));
    if (contentType.startsWith("application/cloudevents")) {
      return contentType.equals(STRUCTURED_JSON)
          ? structured(EventJson.MAPPER.readTree(value))
          : new Read.Nothing(
              ReasonCode.UNSUPPORTED_MEDIA_TYPE, "only " + STRUCTURED_JSON + " is understood");
    }
    if (headers.containsKey(BINARY_PREFIX + "specversion")) {
      return binary(value, contentType, headers);
    }
    JsonNode json = EventJson.MAPPER.readTree(value);
    return json.path("specversion").isMissingNode()
        ? nothing("neither a header ce_specversion nor a JSON object with specversion")
        : structured(json);
  }

  private static Read binary(byte[] value, String contentType, Map<String, String> headers)
      throws IOException {
    if (!isJson(contentType)) {
      return notJson(contentType);
    }
    Map<String, String> attributes = new HashMap<>();
    headers.forEach(
        (name, text) -> {
          if (name.startsWith(BINARY_PREFIX)) {
            attributes.put(name.substring(BINARY_PREFIX.length()), text);
          }
        });
    return new Read.Event(new RawCloudEvent(attributes, EventJson.MAPPER.readTree(value)));
  }

  private static Read structured(JsonNode json) throws IOException {
    if (!json.isObject()) {
      return nothing("not a JSON object");
    }
    Map<String, String> attributes = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      boolean isData = entry.getKey().equals("data") || entry.getKey().equals("data_base64");
      if (!isData && !entry.getValue().isNull()) {
        boolean isText = entry.getValue().isTextual();
        if (!isText && isContext(entry.getKey())) {
          return nothing(entry.getKey() + " is not a string");
        }
        attributes.put(entry.getKey(), entry.getValue().asText());
      }
    }
    String contentType = mediaType(attributes.getOrDefault("datacontenttype", ""));
    if (!isJson(contentType)) {
      return notJson(contentType);
    }
    JsonNode encoded = json.path("data_base64");
    JsonNode data =
        encoded.isMissingNode()
            ? json.path("data")
            : EventJson.MAPPER.readTree(encoded.binaryValue());
    return new Read.Event(
        new RawCloudEvent(attributes, data == null ? MissingNode.getInstance() : data));
  }

  private static boolean isContext(String attribute) {
    return switch (attribute) {
      case "specversion", "id", "source", "type", "subject", "time", "datacontenttype" -> true;
      default -> false;
    };
  }

  private static boolean isJson(String mediaType) {
    return mediaType.isEmpty()
        || mediaType.equals("application/json")
        || mediaType.equals("text/json")
        || mediaType.endsWith("+json");
  }

  private static String mediaType(String contentType) {
    int parameters = contentType.indexOf(';');
    return (parameters < 0 ? contentType : contentType.substring(0, parameters))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private static Read notJson(String contentType) {
    return new Read.Nothing(
        ReasonCode.UNSUPPORTED_MEDIA_TYPE, "the data is not JSON but " + Text.quoted(contentType));
  }

  private static Read nothing(String detail) {
    return new Read.Nothing(ReasonCode.INVALID_CLOUD_EVENT, "not a CloudEvent: " + detail);
  }
}
