package dev.gantry.run.volume;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** A volume that somebody asks for. */
record VolumeRequest(String name, Map<String, String> labels) {
  private static final int LABELS_MAX = 256;
  private static final Set<String> FIELDS = Set.of("name", "labels");

  static Parsed<VolumeRequest> parse(JsonNode json) {
    if (!json.isObject()) {
      return new Parsed.Invalid<>("", ReasonCode.INVALID_FIELD, "the body must be a JSON object");
    }
    for (var field : json.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        return new Parsed.Invalid<>(
            field.getKey(),
            ReasonCode.UNKNOWN_FIELD,
            field.getKey() + " is not a field here; known are labels, name");
      }
    }
    JsonNode name = json.path("name");
    if (!name.isMissingNode() && !(name.isTextual() && Volume.isName(name.textValue()))) {
      return new Parsed.Invalid<>(
          "name",
          ReasonCode.INVALID_FIELD,
          "name must be 2 to 128 letters, digits, _ . -, a letter or digit first, not " + name);
    }
    return labels(json.path("labels"))
        .map(
            labels -> new VolumeRequest(name.isMissingNode() ? drawn() : name.textValue(), labels));
  }

  private static Parsed<Map<String, String>> labels(JsonNode json) {
    Map<String, String> labels = new TreeMap<>();
    if (!json.isMissingNode() && (!json.isObject() || json.size() > LABELS_MAX)) {
      return refusedLabels();
    }
    for (var label : json.properties()) {
      if (!label.getValue().isTextual() || label.getKey().isEmpty()) {
        return refusedLabels();
      }
      labels.put(label.getKey(), label.getValue().textValue());
    }
    return new Parsed.Valid<>(labels);
  }

  private static Parsed<Map<String, String>> refusedLabels() {
    return new Parsed.Invalid<>(
        "labels",
        ReasonCode.INVALID_FIELD,
        "labels must be an object of at most " + LABELS_MAX + " strings");
  }

  private static String drawn() {
    UUID a = UUID.randomUUID();
    UUID b = UUID.randomUUID();
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(a.getMostSignificantBits())
        + hex.toHexDigits(a.getLeastSignificantBits())
        + hex.toHexDigits(b.getMostSignificantBits())
        + hex.toHexDigits(b.getLeastSignificantBits());
  }
}
