package dev.gantry.run.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.network.Subnet;
import dev.gantry.run.problem.ProblemException;
import java.net.Inet4Address;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The body of a request for a network: the first bad field is named, unknown ones too. */
final class NetworkBody {
  private static final Set<String> FIELDS =
      Set.of("name", "subnet", "gateway", "internal", "labels");
  private static final int LABELS_MAX = 64;
  private static final int LABEL_LENGTH_MAX = 4096;

  private NetworkBody() {}

  static NetworkRequest read(@Nullable JsonNode body) {
    if (body == null || !body.isObject()) {
      throw new ProblemException(ReasonCode.INVALID_FIELD, "the body must be an object");
    }
    body.fieldNames()
        .forEachRemaining(
            field -> {
              if (!FIELDS.contains(field)) {
                throw new ProblemException(ReasonCode.UNKNOWN_FIELD, "is not known", field);
              }
            });
    String name = text(body, "name");
    if (name == null || !Network.isName(name)) {
      throw invalid(
          "name",
          "must have 1 to 63 letters, digits, _ . -, a letter or digit first; not host or none");
    }
    return new NetworkRequest(
        name,
        parsed(body, "subnet", Subnet::parse),
        parsed(body, "gateway", NetworkBody::address),
        flag(body, "internal"),
        labels(body));
  }

  private static Inet4Address address(String text) {
    Inet4Address address = Inet4Address.ofLiteral(text);
    if (!address.getHostAddress().equals(text)) {
      throw new IllegalArgumentException("not an IPv4 address: " + text);
    }
    return address;
  }

  private static <T> @Nullable T parsed(JsonNode body, String field, Function<String, T> parser) {
    String text = text(body, field);
    try {
      return text == null ? null : parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw invalid(field, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String text(JsonNode body, String field) {
    JsonNode value = body.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw invalid(field, "must be a text");
    }
    return value.textValue();
  }

  private static boolean flag(JsonNode body, String field) {
    JsonNode value = body.get(field);
    if (value != null && !value.isBoolean() && !value.isNull()) {
      throw invalid(field, "must be true or false");
    }
    return value != null && value.booleanValue();
  }

  private static Map<String, String> labels(JsonNode body) {
    JsonNode value = body.get("labels");
    if (value == null || value.isNull()) {
      return Map.of();
    }
    if (!value.isObject() || value.size() > LABELS_MAX) {
      throw invalid("labels", "must be an object of at most " + LABELS_MAX + " texts");
    }
    Map<String, String> labels = new LinkedHashMap<>();
    value
        .properties()
        .forEach(
            label -> {
              if (!label.getValue().isTextual()
                  || label.getKey().isEmpty()
                  || label.getKey().length() + label.getValue().textValue().length()
                      > LABEL_LENGTH_MAX) {
                throw invalid("labels." + label.getKey(), "must be a text, and not too long");
              }
              labels.put(label.getKey(), label.getValue().textValue());
            });
    return labels;
  }

  private static ProblemException invalid(String field, String message) {
    return new ProblemException(ReasonCode.INVALID_FIELD, message, field);
  }
}
