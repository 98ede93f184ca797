package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Which system calls a run may make. */
public sealed interface Seccomp {

  /** Those of the platform's profile. */
  record Default() implements Seccomp {
    @JsonValue
    String text() {
      return "default";
    }
  }

  /** All, by permission of the host's configuration. */
  record Unconfined() implements Seccomp {
    @JsonValue
    String text() {
      return "unconfined";
    }
  }

  /** Those of a profile in moby's JSON; what it says is checked by the host. */
  record Profile(@JsonValue JsonNode document) implements Seccomp {
    public Profile {
      document = document.deepCopy();
    }
  }

  /** Reads the field {@code seccomp}. */
  static Seccomp read(Fields fields) {
    JsonNode node = fields.node("seccomp");
    if (node == null) {
      return new Default();
    }
    @Nullable String word = node.isObject() ? null : fields.text("seccomp");
    if (word == null) {
      return profile(fields, node);
    }
    return switch (word) {
      case "default" -> new Default();
      case "unconfined" -> new Unconfined();
      default -> {
        fields.refuse(
            "seccomp",
            ReasonCode.INVALID_FIELD,
            "must be default, unconfined or a profile, not " + Text.quoted(word));
        yield new Default();
      }
    };
  }

  private static Seccomp profile(Fields fields, JsonNode node) {
    int max = Fields.TEXT_MAX;
    if (node.toString().length() > max) {
      fields.refuse(
          "seccomp", ReasonCode.INVALID_FIELD, "must be at most " + max + " characters of JSON");
    }
    return new Profile(node);
  }
}
