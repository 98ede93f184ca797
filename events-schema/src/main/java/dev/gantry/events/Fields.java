package dev.gantry.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object that somebody sent. The first problem is kept and everything
 * after it reads as absent; {@link #finish} refuses fields that nobody asked for. JSON null is the
 * same as absent.
 */
final class Fields {
  static final int TEXT_MAX = 131_072;
  static final int ENTRIES_MAX = 4096;
  static final int LABEL_CHARS_MAX = 32_768;

  private final JsonNode object;
  private final String path;
  private final Set<String> known = new HashSet<>();
  private Parsed.@Nullable Invalid<Object> problem;

  Fields(JsonNode object) {
    this(object, "");
  }

  /** Of an object inside another; problems are told with the whole path. */
  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
    if (!object.isObject()) {
      refuse("", ReasonCode.INVALID_FIELD, "must be a JSON object");
    }
  }

  /** What was built from the fields, unless one of them is bad, or unknown. */
  <T> Parsed<T> finish(Supplier<T> value) {
    refuseUnknown();
    if (problem != null) {
      return problem.as();
    }
    return new Parsed.Valid<>(value.get());
  }

  /** A text that must be there; {@code standIn} is returned after a problem. */
  <T> T required(String name, Function<String, Parsed<T>> grammar, T standIn) {
    T value = parsed(name, grammar);
    if (value == null) {
      refuse(name, ReasonCode.MISSING_FIELD, "is required");
      return standIn;
    }
    return value;
  }

  @Nullable String text(String name) {
    JsonNode node = get(name);
    return node == null ? null : checkedText(name, node);
  }

  /** A text of a certain form; {@code expected} completes "must be". */
  @Nullable String text(String name, Pattern form, String expected) {
    String text = text(name);
    if (text != null && !form.matcher(text).matches()) {
      refuse(name, ReasonCode.INVALID_FIELD, "must be " + expected + ", not " + Text.quoted(text));
    }
    return text;
  }

  /** A text with a grammar of its own. */
  <T> @Nullable T parsed(String name, Function<String, Parsed<T>> grammar) {
    String text = text(name);
    return text == null ? null : accept(name, grammar.apply(text));
  }

  @Nullable List<String> texts(String name) {
    return parsedList(name, Parsed.Valid::new);
  }

  <T> @Nullable List<T> parsedList(String name, Function<String, Parsed<T>> grammar) {
    return elements(
        name,
        "strings",
        (at, node) -> {
          String text = checkedText(at, node);
          return text == null ? null : accept(at, grammar.apply(text));
        });
  }

  /** An array of objects. */
  <T> List<T> objects(String name, Function<Fields, Parsed<T>> reader) {
    List<T> values = elements(name, "objects", (at, node) -> inside(at, node, reader));
    return values == null ? List.of() : values;
  }

  /** An array whose elements are objects, or short for one. */
  <T> List<T> objectsOrTexts(
      String name, Function<Fields, Parsed<T>> reader, Function<String, Parsed<T>> grammar) {
    List<T> values =
        elements(
            name,
            "strings or objects",
            (at, node) -> {
              if (node.isObject()) {
                return inside(at, node, reader);
              }
              String text = checkedText(at, node);
              return text == null ? null : accept(at, grammar.apply(text));
            });
    return values == null ? List.of() : values;
  }

  private <T> @Nullable List<T> elements(
      String name, String what, BiFunction<String, JsonNode, @Nullable T> element) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    if (!node.isArray() || node.size() > ENTRIES_MAX) {
      refuse(
          name,
          ReasonCode.INVALID_FIELD,
          "must be an array of at most " + ENTRIES_MAX + ' ' + what);
      return null;
    }
    List<T> values = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      T value = element.apply(name + '[' + i + ']', node.get(i));
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  /** An object of strings, or an array of {@code NAME=value}; empty when absent. */
  Map<String, String> textMap(String name) {
    JsonNode node = get(name);
    Map<String, String> map = new LinkedHashMap<>();
    if (node == null) {
      return map;
    }
    if (!node.isContainerNode() || node.size() > ENTRIES_MAX) {
      refuse(
          name,
          ReasonCode.INVALID_FIELD,
          "must be an object of strings (at most " + ENTRIES_MAX + "), or an array of NAME=value");
    } else if (node.isObject()) {
      node.properties().forEach(entry -> putEntry(map, name, entry.getKey(), entry.getValue()));
    } else {
      for (int i = 0; i < node.size(); i++) {
        putPair(map, name, name + '[' + i + ']', node.get(i));
      }
    }
    return map;
  }

  /** As {@link #textMap}, for what is repeated in every event: all of it within a bound. */
  Map<String, String> labels(String name) {
    Map<String, String> labels = textMap(name);
    long chars =
        labels.entrySet().stream()
            .mapToLong(label -> label.getKey().length() + label.getValue().length())
            .sum();
    if (chars > LABEL_CHARS_MAX) {
      refuse(name, ReasonCode.INVALID_FIELD, "must be at most " + LABEL_CHARS_MAX + " characters");
    }
    return labels;
  }

  boolean flag(String name) {
    JsonNode node = get(name);
    if (node != null && !node.isBoolean()) {
      refuse(name, ReasonCode.INVALID_FIELD, "must be true or false");
    }
    return node != null && node.asBoolean();
  }

  @Nullable Integer integer(String name, int min, int max) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < min
        || node.intValue() > max) {
      refuse(name, ReasonCode.INVALID_FIELD, "must be an integer from " + min + " to " + max);
      return null;
    }
    return node.intValue();
  }

  /** An integer of 64 bits. */
  @Nullable Long wholeNumber(String name, long min) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < min) {
      refuse(name, ReasonCode.INVALID_FIELD, "must be an integer from " + min);
      return null;
    }
    return node.longValue();
  }

  @Nullable Double number(String name, double min, double max) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    if (!node.isNumber() || !(node.doubleValue() >= min && node.doubleValue() <= max)) {
      refuse(name, ReasonCode.INVALID_FIELD, "must be a number from " + min + " to " + max);
      return null;
    }
    return node.doubleValue();
  }

  /** A size in bytes, as a number or as text with a unit. */
  @Nullable Long byteSize(String name, long min) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    Long bytes =
        node.isIntegralNumber() && node.canConvertToLong()
            ? (Long) node.longValue()
            : accept(name, ByteSize.parse(node.isTextual() ? node.textValue() : node.toString()));
    if (bytes != null && bytes < min) {
      refuse(name, ReasonCode.INVALID_FIELD, "must be at least " + min + " bytes, not " + bytes);
    }
    return bytes;
  }

  /** An object inside this one, read by {@code reader}; null when absent. */
  <T> @Nullable T object(String name, Function<Fields, Parsed<T>> reader) {
    JsonNode node = get(name);
    return node == null ? null : inside(name, node, reader);
  }

  /** The value as it was sent. */
  @Nullable JsonNode node(String name) {
    return get(name);
  }

  /** Whether the value is there, and a string. */
  boolean isText(String name) {
    JsonNode node = get(name);
    return node != null && node.isTextual();
  }

  /** Keeps the first problem; {@code what} is a predicate of the field. */
  void refuse(String name, ReasonCode reason, String what) {
    if (problem == null) {
      String field = at(name);
      problem = new Parsed.Invalid<>(field, reason, (field + ' ' + what).strip());
    }
  }

  private String at(String name) {
    return path.isEmpty() || name.isEmpty() ? path + name : path + '.' + name;
  }

  private <T> @Nullable T inside(String name, JsonNode node, Function<Fields, Parsed<T>> reader) {
    return switch (reader.apply(new Fields(node, at(name)))) {
      case Parsed.Valid<T>(T value) -> value;
      case Parsed.Invalid<T> invalid -> {
        if (problem == null) {
          problem = invalid.as();
        }
        yield null;
      }
    };
  }

  private <T> @Nullable T accept(String name, Parsed<T> parsed) {
    return switch (parsed) {
      case Parsed.Valid<T>(T value) -> value;
      case Parsed.Invalid<T> invalid -> {
        if (problem == null) {
          problem = invalid.within(at(name));
        }
        yield null;
      }
    };
  }

  private @Nullable JsonNode get(String name) {
    known.add(name);
    JsonNode node = problem == null ? object.get(name) : null;
    return node == null || node.isNull() ? null : node;
  }

  private @Nullable String checkedText(String at, JsonNode node) {
    if (!node.isTextual()) {
      refuse(at, ReasonCode.INVALID_FIELD, "must be a string");
      return null;
    }
    String text = node.textValue();
    if (text.length() > TEXT_MAX || !Text.isStorable(text)) {
      refuse(
          at,
          ReasonCode.INVALID_FIELD,
          "must be at most " + TEXT_MAX + " characters of Unicode, none of them NUL");
      return null;
    }
    return text;
  }

  private void putPair(Map<String, String> map, String name, String at, JsonNode pair) {
    String text = checkedText(at, pair);
    int equals = text == null ? -1 : text.indexOf('=');
    if (text != null && equals < 1) {
      refuse(at, ReasonCode.INVALID_FIELD, "must be NAME=value, not " + Text.quoted(text));
    } else if (text != null) {
      map.put(text.substring(0, equals), text.substring(equals + 1));
    }
  }

  private void putEntry(Map<String, String> map, String name, String key, JsonNode value) {
    if (key.isEmpty() || key.indexOf('=') >= 0 || !Text.isStorable(key)) {
      refuse(
          name, ReasonCode.INVALID_FIELD, "has the name " + Text.quoted(key) + ", which cannot be");
      return;
    }
    String text =
        value.isNumber() || value.isBoolean()
            ? value.asText()
            : checkedText(name + '.' + key, value);
    if (text != null) {
      map.put(key, text);
    }
  }

  private void refuseUnknown() {
    object.fieldNames().forEachRemaining(this::refuseUnlessKnown);
  }

  private void refuseUnlessKnown(String name) {
    if (!known.contains(name)) {
      String shown = Text.quoted(name);
      refuse(
          shown.substring(1, shown.length() - 1),
          ReasonCode.UNKNOWN_FIELD,
          "is not a field here; known are " + String.join(", ", new TreeSet<>(known)));
    }
  }
}
