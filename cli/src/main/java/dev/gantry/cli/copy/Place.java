package dev.gantry.cli.copy;

import java.util.Optional;

/** A path in a run, as {@code RUN:PATH} has it. */
record Place(String run, String path) {
  /** Empty for a local path: one without a colon, or with a slash or dot before it. */
  static Optional<Place> parse(String text) {
    int colon = text.indexOf(':');
    if (colon <= 0 || text.startsWith("/") || text.startsWith(".")) {
      return Optional.empty();
    }
    String path = text.substring(colon + 1);
    return Optional.of(
        new Place(text.substring(0, colon), path.startsWith("/") ? path : "/" + path));
  }

  private String trimmed() {
    String trimmed = path;
    while (trimmed.endsWith("/.") || trimmed.length() > 1 && trimmed.endsWith("/")) {
      trimmed = trimmed.substring(0, trimmed.lastIndexOf('/'));
    }
    return trimmed.isEmpty() ? "/" : trimmed;
  }

  /** The last component; of the root nothing. */
  String name() {
    String trimmed = trimmed();
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  /** What the first component of its archive becomes where only what is in it is wanted. */
  String contents() {
    return name().isEmpty() ? LocalFiles.AS_IT_IS : "";
  }

  /** Where it lies. */
  Place parent() {
    String trimmed = trimmed();
    int slash = trimmed.lastIndexOf('/');
    return new Place(run, slash <= 0 ? "/" : trimmed.substring(0, slash));
  }
}
