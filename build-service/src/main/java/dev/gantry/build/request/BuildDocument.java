package dev.gantry.build.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.build.queue.Build;
import dev.gantry.build.queue.BuildError;
import dev.gantry.build.queue.BuildStep;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A build as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BuildDocument(
    String id,
    String state,
    List<String> tags,
    @Nullable String imageDigest,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ImageDocument> images,
    @Nullable ErrorDocument error,
    List<StepDocument> steps,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    int attempt) {

  /** An image of a further target. */
  public record ImageDocument(String target, String digest, List<String> tags) {}

  /** Why there is no image. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ErrorDocument(
      String reason,
      String message,
      @Nullable String file,
      @Nullable Integer line,
      @Nullable String instruction,
      @Nullable Integer exitCode) {}

  /** A step of the present attempt. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StepDocument(
      int number,
      int total,
      String stage,
      String instruction,
      String state,
      boolean cached,
      @Nullable String cacheMiss,
      @Nullable Long durationMillis) {}

  static BuildDocument of(Build build) {
    return new BuildDocument(
        build.id(),
        build.state().label(),
        build.spec().tags(),
        build.imageDigest(),
        build.images().stream()
            .map(image -> new ImageDocument(image.target(), image.digest(), image.tags()))
            .toList(),
        error(build.error()),
        build.steps().stream().map(BuildDocument::step).toList(),
        build.times().createdAt(),
        build.times().startedAt(),
        build.times().finishedAt(),
        build.attempt());
  }

  private static @Nullable ErrorDocument error(@Nullable BuildError error) {
    return error == null
        ? null
        : new ErrorDocument(
            error.reason(),
            error.message(),
            error.file(),
            error.line(),
            error.instruction(),
            error.exitCode());
  }

  private static StepDocument step(BuildStep step) {
    return new StepDocument(
        step.number(),
        step.total(),
        step.stage(),
        step.instruction(),
        step.state(),
        step.cached(),
        step.cacheMiss(),
        step.durationMillis());
  }
}
