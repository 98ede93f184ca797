package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.At;
import dev.gantry.build.dockerfile.DockerfileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a {@code --mount}, as written.
 *
 * @param at the RUN
 * @param text all of it
 */
record MountFlag(At at, String text, List<Field> fields) {
  private static final String FROM = "from";

  /**
   * One of them.
   *
   * @param key in lower case
   * @param value absent where there is no {@code =}
   */
  record Field(String key, @Nullable String value, String text) {}

  /** Cuts it at commas outside double quotes. */
  static MountFlag parse(String text, At at) {
    List<Field> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      if (c == '"' && i < text.length()) {
        quoted = !quoted;
      } else if (c == ',' && (!quoted || i == text.length())) {
        fields.add(field(field.toString()));
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted || text.isBlank()) {
      throw DockerfileException.syntax(
              at, at.spot("--mount"), "failed to parse csv mounts: " + text)
          .hint("a mount is KEY=VALUE,… such as type=cache,target=/root/.cache");
    }
    MountFlag flag = new MountFlag(at, text, List.copyOf(fields));
    flag.requireFixedOrigin();
    return flag;
  }

  private static Field field(String text) {
    int equals = text.indexOf('=');
    String key = equals < 0 ? text : text.substring(0, equals);
    String value = equals < 0 ? null : text.substring(equals + 1);
    return new Field(key.toLowerCase(Locale.ROOT), value, text);
  }

  /** Which stages are needed must be known before any variable is. */
  private void requireFixedOrigin() {
    String from = from();
    int dollar = from == null ? -1 : from.indexOf('$');
    if (from != null && dollar >= 0 && dollar < from.length() - 1) {
      throw DockerfileException.syntax(
              at,
              at.spot(FROM),
              "'from' doesn't support variable expansion, define alias stage instead")
          .hint("write FROM " + from + " AS name, then from=name");
    }
  }

  /** The stage or image that it names; absent where it names none, or has no use for one. */
  @Nullable String from() {
    String from = null;
    for (Field field : fields) {
      if (field.key().equals(FROM)) {
        from = field.value();
      }
      if (field.key().equals("type") && "tmpfs".equalsIgnoreCase(field.value())) {
        return null;
      }
    }
    return from == null || from.isEmpty() ? null : from;
  }
}
