package dev.gantry.build.queue;

import dev.gantry.events.BuildSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A build as it is now.
 *
 * @param position grows with every build; lists are in this order
 * @param attempt how often a worker began it
 * @param cancelRequested whether somebody wants it cancelled
 * @param images those of further targets
 */
public record Build(
    String id,
    long position,
    BuildState state,
    BuildSpec spec,
    int attempt,
    boolean cancelRequested,
    Times times,
    @Nullable String imageDigest,
    @Nullable BuildError error,
    List<BuiltImage> images,
    List<BuildStep> steps) {
  /** Copies the lists. */
  public Build {
    images = List.copyOf(images);
    steps = List.copyOf(steps);
  }

  /** When what happened, to the microsecond. */
  public record Times(
      Instant createdAt, @Nullable Instant startedAt, @Nullable Instant finishedAt) {}
}
