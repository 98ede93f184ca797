package dev.gantry.build.execute;

import dev.gantry.build.context.ContextTree;
import dev.gantry.build.dockerfile.At;
import dev.gantry.events.ReasonCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one build share.
 *
 * @param file the Dockerfile's name, for messages
 * @param context what COPY may take, without what is ignored
 * @param images by reference as written
 * @param style how layers are written
 * @param allowance what they may use
 * @param disk what steps have written
 * @param stages what they have come to
 */
record StepContext(
    Job job,
    String file,
    ContextTree context,
    Map<String, BaseImage> images,
    LayerStyle style,
    Allowance allowance,
    DiskUse disk,
    Stages stages) {

  BuildFailedException failed(
      At at, ReasonCode reason, String message, @Nullable Integer exitCode) {
    return BuildFailedException.at(
        new BuildFailedException.Place(file, at), reason, message, exitCode);
  }

  BuildFailedException failed(At at, String message) {
    return failed(at, ReasonCode.STEP_FAILED, message, null);
  }

  /** What a stage has come to; waits for it. */
  StageState stage(int index) {
    return stages.get(index);
  }

  BaseImage image(String reference) {
    BaseImage image = images.get(reference);
    if (image == null) {
      throw new IllegalStateException("image " + reference + " was not looked up");
    }
    return image;
  }
}
