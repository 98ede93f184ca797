package dev.gantry.oci.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A JSON object read with errors that name document and field; absent and null are the same. */
final class JsonDocument {
  /** Field names that occur twice would mean different things to different readers. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String document;
  private final ObjectNode object;

  private JsonDocument(String document, ObjectNode object) {
    this.document = document;
    this.object = object;
  }

  static JsonDocument parse(String document, byte[] bytes) throws InvalidImageException {
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode object) {
        return new JsonDocument(document, object);
      }
    } catch (IOException malformed) {
      throw new InvalidImageException(document, "not JSON: " + malformed.getMessage());
    }
    throw new InvalidImageException(document, "not a JSON object");
  }

  static ObjectNode emptyObject() {
    return JSON.createObjectNode();
  }

  static byte[] write(ObjectNode object) {
    try {
      return JSON.writeValueAsBytes(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can be written", e);
    }
  }

  ObjectNode object() {
    return object;
  }

  boolean has(String field) {
    return object.hasNonNull(field);
  }

  private Optional<JsonNode> field(String name) {
    return object.hasNonNull(name) ? Optional.of(object.get(name)) : Optional.empty();
  }

  InvalidImageException invalid(String field, String why) {
    return new InvalidImageException(document, "\"" + field + "\" " + why);
  }

  Optional<String> text(String name) throws InvalidImageException {
    Optional<JsonNode> field = field(name);
    if (field.isPresent() && !field.get().isTextual()) {
      throw invalid(name, "is not a string");
    }
    return field.map(JsonNode::textValue);
  }

  String requiredText(String name) throws InvalidImageException {
    return text(name).orElseThrow(() -> invalid(name, "is missing"));
  }

  boolean flag(String name) throws InvalidImageException {
    Optional<JsonNode> field = field(name);
    if (field.isPresent() && !field.get().isBoolean()) {
      throw invalid(name, "is not true or false");
    }
    return field.map(JsonNode::booleanValue).orElse(false);
  }

  long requiredSize(String name) throws InvalidImageException {
    JsonNode field = field(name).orElseThrow(() -> invalid(name, "is missing"));
    if (!field.isIntegralNumber() || !field.canConvertToLong() || field.longValue() < 0) {
      throw invalid(name, "is not a size");
    }
    return field.longValue();
  }

  /** 0 when it is absent. */
  long size(String name) throws InvalidImageException {
    return has(name) ? requiredSize(name) : 0;
  }

  Digest requiredDigest(String name) throws InvalidImageException {
    String text = requiredText(name);
    return Digest.tryParse(text).orElseThrow(() -> invalid(name, "is not a digest: " + text));
  }

  Optional<JsonDocument> child(String name) throws InvalidImageException {
    Optional<JsonNode> field = field(name);
    if (field.isEmpty()) {
      return Optional.empty();
    }
    if (field.get() instanceof ObjectNode child) {
      return Optional.of(new JsonDocument(document + " " + name, child));
    }
    throw invalid(name, "is not an object");
  }

  List<JsonDocument> children(String name) throws InvalidImageException {
    List<JsonDocument> children = new ArrayList<>();
    for (JsonNode element : array(name)) {
      if (!(element instanceof ObjectNode child)) {
        throw invalid(name, "holds something that is not an object");
      }
      children.add(new JsonDocument(document + " " + name + "[" + children.size() + "]", child));
    }
    return children;
  }

  List<String> texts(String name) throws InvalidImageException {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array(name)) {
      if (!element.isTextual()) {
        throw invalid(name, "holds something that is not a string");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  private Iterable<JsonNode> array(String name) throws InvalidImageException {
    Optional<JsonNode> field = field(name);
    if (field.isPresent() && !(field.get() instanceof ArrayNode)) {
      throw invalid(name, "is not an array");
    }
    return field.isPresent() ? field.get() : List.of();
  }

  Map<String, String> textMap(String name) throws InvalidImageException {
    return map(name, (key, value) -> value.isTextual() ? value.textValue() : null);
  }

  /** The names of an object whose values are empty objects: how JSON says "set". */
  List<String> names(String name) throws InvalidImageException {
    return List.copyOf(map(name, (key, value) -> key).keySet());
  }

  private Map<String, String> map(String name, BiFunction<String, JsonNode, @Nullable String> read)
      throws InvalidImageException {
    Map<String, String> map = new LinkedHashMap<>();
    Optional<JsonDocument> child = child(name);
    if (child.isPresent()) {
      for (Map.Entry<String, JsonNode> entry : child.get().object.properties()) {
        String value = read.apply(entry.getKey(), entry.getValue());
        if (value == null) {
          throw invalid(name, "holds something that is not a string: " + entry.getKey());
        }
        map.put(entry.getKey(), value);
      }
    }
    return map;
  }

  Descriptor descriptor() throws InvalidImageException {
    return new Descriptor(
        requiredText("mediaType"),
        requiredDigest("digest"),
        requiredSize("size"),
        textMap("annotations"),
        texts("urls"));
  }

  static ObjectNode write(Descriptor descriptor) {
    ObjectNode node = emptyObject();
    node.put("mediaType", descriptor.mediaType());
    node.put("digest", descriptor.digest().toString());
    node.put("size", descriptor.size());
    if (!descriptor.urls().isEmpty()) {
      descriptor.urls().forEach(node.putArray("urls")::add);
    }
    if (!descriptor.annotations().isEmpty()) {
      ObjectNode annotations = node.putObject("annotations");
      descriptor.annotations().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(entry -> annotations.put(entry.getKey(), entry.getValue()));
    }
    return node;
  }
}
