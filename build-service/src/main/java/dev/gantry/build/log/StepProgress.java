package dev.gantry.build.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A step that begins or is done, for those who draw it.
 *
 * @param state {@code running} or {@code done}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepProgress(
    int total,
    String stage,
    String state,
    @Nullable Boolean cached,
    @Nullable String cacheMiss,
    @Nullable Long durationMillis) {
  /** It begins. */
  public static StepProgress begun(int total, String stage) {
    return new StepProgress(total, stage, "running", null, null, null);
  }
}
