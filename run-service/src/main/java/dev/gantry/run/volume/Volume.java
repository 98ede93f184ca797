package dev.gantry.run.volume;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A directory that outlives runs.
 *
 * @param name 2 to 128 letters, digits, {@code _.-}, a letter or digit first
 * @param owner whose anonymous volume it is; null: a volume with a name that somebody gave it
 */
public record Volume(
    String name, Map<String, String> labels, Instant createdAt, @Nullable Owner owner) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}");

  /**
   * Where an anonymous volume belongs.
   *
   * @param run the id of the run that it was made for
   * @param target where it is mounted there
   */
  public record Owner(String run, String target) {}

  /** Refuses a name that is none. */
  public Volume {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'%s' is not a volume's name: 2 to 128 letters, digits, _ . -, a letter or digit first"
              .formatted(name));
    }
    labels = Map.copyOf(new TreeMap<>(labels));
  }

  /** Whether a volume can be called so. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Whether nobody gave it its name. */
  public boolean anonymous() {
    return owner != null;
  }
}
