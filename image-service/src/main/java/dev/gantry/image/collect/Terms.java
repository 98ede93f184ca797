package dev.gantry.image.collect;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a collection may take.
 *
 * @param grace how long something new is kept that nothing refers to yet
 * @param hold for how long blobs of these repositories are kept without a manifest
 * @param untaggedAge after how long manifests without a tag go; they stay when it is not there
 * @param dryRun whether to say only what would go
 */
public record Terms(
    Duration grace, Map<String, Duration> hold, @Nullable Duration untaggedAge, boolean dryRun) {
  public Terms {
    hold = Map.copyOf(hold);
    if (grace.isNegative()) {
      throw new IllegalArgumentException("gantry.gc.grace must not be negative: " + grace);
    }
  }

  /** How long a blob of this repository is kept without a manifest. */
  Duration held(String repository) {
    Duration held = hold.getOrDefault(repository, grace);
    return held.compareTo(grace) > 0 ? held : grace;
  }

  Optional<Duration> untagged() {
    return Optional.ofNullable(untaggedAge);
  }
}
