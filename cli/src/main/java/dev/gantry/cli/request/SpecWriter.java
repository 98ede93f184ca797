package dev.gantry.cli.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts into a JSON object what was said, and nothing that was not. */
record SpecWriter(ObjectNode object) {

  void text(String field, @Nullable String value) {
    if (value != null) {
      object.put(field, value);
    }
  }

  void number(String field, @Nullable Double value) {
    if (value != null && value == Math.rint(value)) {
      object.put(field, value.longValue());
    } else if (value != null) {
      object.put(field, value);
    }
  }

  void integer(String field, @Nullable Long value) {
    if (value != null) {
      object.put(field, value);
    }
  }

  void integer(String field, @Nullable Integer value) {
    if (value != null) {
      object.put(field, value);
    }
  }

  void flag(String field, boolean value) {
    if (value) {
      object.put(field, true);
    }
  }

  void texts(String field, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = object.putArray(field);
      values.forEach(array::add);
    }
  }

  void nodes(String field, List<? extends JsonNode> values) {
    if (!values.isEmpty()) {
      object.putArray(field).addAll(values);
    }
  }

  void map(String field, Map<String, String> values) {
    if (!values.isEmpty()) {
      ObjectNode map = object.putObject(field);
      values.forEach(map::put);
    }
  }

  /** An object that is there only when something is in it. */
  void inside(String field, java.util.function.Consumer<SpecWriter> content) {
    ObjectNode inner = object.path(field) instanceof ObjectNode there ? there : object.objectNode();
    content.accept(new SpecWriter(inner));
    if (!inner.isEmpty()) {
      object.set(field, inner);
    }
  }
}
