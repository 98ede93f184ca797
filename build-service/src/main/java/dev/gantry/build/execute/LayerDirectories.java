package dev.gantry.build.execute;

import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.plan.Origin;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.events.ReasonCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the files of layers on this host, pulling those that are not here. */
record LayerDirectories(StepContext context, LayerStore store) {

  /** The layers of what is copied from or mounted, the lowest first; none of the context. */
  List<Path> of(PlannedStep step, Origin from) throws BuildFailedException {
    return switch (from) {
      case Origin.Context _, Origin.Scratch _ -> List.of();
      case Origin.Earlier earlier -> of(step, context.stage(earlier.stage()).layers());
      case Origin.Image image -> of(step, List.copyOf(context.image(image.reference()).layers()));
    };
  }

  /** The directories of layers, in their order. */
  List<Path> of(PlannedStep step, List<StageLayer> layers) throws BuildFailedException {
    List<Path> directories = new ArrayList<>();
    for (StageLayer layer : layers) {
      context.job().cancellation().check();
      directories.add(
          switch (layer) {
            case StageLayer.Built built -> built.directory();
            case StageLayer.Stored stored -> stored(step, stored);
          });
    }
    return directories;
  }

  private Path stored(PlannedStep step, StageLayer.Stored stored) throws BuildFailedException {
    try {
      return store.directory(stored.layer());
    } catch (IOException e) {
      throw context.failed(
          step.at(),
          ReasonCode.PULL_FAILED,
          "layer " + stored.layer().blob().digest() + " cannot be unpacked: " + e.getMessage(),
          null);
    }
  }
}
