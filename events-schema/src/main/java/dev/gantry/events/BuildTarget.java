package dev.gantry.events;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A stage that becomes an image of its own.
 *
 * @param target its name or number
 * @param tags names for the result
 */
public record BuildTarget(String target, List<String> tags) {
  static final Pattern STAGE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

  /** Takes a copy of the list. */
  public BuildTarget {
    tags = List.copyOf(tags);
  }

  static Parsed<BuildTarget> parse(Fields fields) {
    String target = fields.required("target", BuildTarget::stage, "");
    List<String> tags = fields.parsedList("tags", ImageName::parseTag);
    return fields.finish(() -> new BuildTarget(target, tags == null ? List.of() : tags));
  }

  private static Parsed<String> stage(String text) {
    return STAGE.matcher(text).matches()
        ? new Parsed.Valid<>(text)
        : Parsed.invalid("must be a stage's name or number, not " + Text.quoted(text));
  }
}
