package dev.gantry.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to a build; the subject of the envelope is the build's id. */
public sealed interface BuildEvent extends Event {

  /** The build is accepted and will end in exactly one of succeeded, failed and cancelled. */
  record Queued(List<String> tags, String dockerfile, BuildContext context, @Nullable String actor)
      implements BuildEvent {
    public Queued {
      tags = List.copyOf(tags);
    }
  }

  /** A worker took the build; {@code attempt} counts from 1 and grows when a worker died. */
  record Started(String host, int attempt) implements BuildEvent {}

  /** Step {@code step} of {@code total} (both from 1) of the named stage begins. */
  record StepStarted(int step, int total, String stage, String instruction) implements BuildEvent {}

  /** A step is done; {@code cacheMiss} says which input changed when it was not cached. */
  record StepFinished(
      int step,
      int total,
      String stage,
      String instruction,
      boolean cached,
      long durationMillis,
      @Nullable String cacheMiss)
      implements BuildEvent {}

  /** The image is in the registry under its digest and every tag. */
  record Succeeded(
      String imageDigest,
      List<String> tags,
      long sizeBytes,
      long durationMillis,
      int stepsCached,
      int stepsTotal)
      implements BuildEvent {
    public Succeeded {
      tags = List.copyOf(tags);
    }
  }

  /** The build ended without an image; where in the Dockerfile, when the Dockerfile is to blame. */
  record Failed(
      ReasonCode reason,
      String message,
      @Nullable String file,
      @Nullable Integer line,
      @Nullable String instruction,
      @Nullable Integer exitCode)
      implements BuildEvent {

    /** A failure that no line of the Dockerfile is to blame for. */
    public static Failed because(ReasonCode reason, String message) {
      return new Failed(reason, message, null, null, null, null);
    }
  }

  /** The build was cancelled before it ended; nothing of it is left. */
  record Cancelled(String message, @Nullable String actor) implements BuildEvent {}
}
