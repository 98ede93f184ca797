package dev.gantry.build.execute;

import dev.gantry.build.context.ContextTree;
import dev.gantry.build.dockerfile.At;
import dev.gantry.events.ReasonCode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one build share.
 *
 * @param file the Dockerfile's name, for messages
 * @param context what COPY may take, without what is ignored
 * @param images by reference as written
 * @param stages what was built so far, by stage index
 */
record StepContext(
    Job job,
    String file,
    ContextTree context,
    Map<String, BaseImage> images,
    Map<Integer, StageState> stages) {

  StepContext(Job job, String file, ContextTree context, Map<String, BaseImage> images) {
    this(job, file, context, images, new HashMap<>());
  }

  BuildFailedException failed(
      At at, ReasonCode reason, String message, @Nullable Integer exitCode) {
    return BuildFailedException.at(
        new BuildFailedException.Place(file, at), reason, message, exitCode);
  }

  BuildFailedException failed(At at, String message) {
    return failed(at, ReasonCode.STEP_FAILED, message, null);
  }

  StageState stage(int index) {
    StageState state = stages.get(index);
    if (state == null) {
      throw new IllegalStateException("stage " + index + " was not built before it was needed");
    }
    return state;
  }

  BaseImage image(String reference) {
    BaseImage image = images.get(reference);
    if (image == null) {
      throw new IllegalStateException("image " + reference + " was not looked up");
    }
    return image;
  }
}
