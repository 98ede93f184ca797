package dev.gantry.build.queue;

import dev.gantry.events.BuildEvent;
import org.jspecify.annotations.Nullable;

/** Why there is no image. */
public record BuildError(
    String reason,
    String message,
    @Nullable String file,
    @Nullable Integer line,
    @Nullable String instruction,
    @Nullable Integer exitCode) {

  static BuildError of(BuildEvent.Failed failed) {
    return new BuildError(
        failed.reason().name(),
        failed.message(),
        failed.file(),
        failed.line(),
        failed.instruction(),
        failed.exitCode());
  }
}
