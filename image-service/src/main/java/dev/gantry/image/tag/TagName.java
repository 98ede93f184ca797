package dev.gantry.image.tag;

import java.util.Optional;
import java.util.regex.Pattern;

/** A valid tag. Source: OCI distribution-spec 1.1, "Pulling manifests". */
public record TagName(String value) {
  private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  public TagName {
    if (!GRAMMAR.matcher(value).matches()) {
      throw new IllegalArgumentException("not a tag");
    }
  }

  /** Empty when the text is no tag. */
  public static Optional<TagName> parse(String text) {
    return GRAMMAR.matcher(text).matches() ? Optional.of(new TagName(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
