package dev.gantry.build.execute;

import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.plan.Operation;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Executes WORKDIR: makes the directory where it is missing. */
final class DirectoryStep {
  private DirectoryStep() {}

  /** Makes it on the layers of the stage; the changes, possibly none, are the caller's. */
  static Path execute(StepContext context, PlannedStep step, LayerStore store, List<Path> layers)
      throws BuildFailedException, IOException {
    Operation.MakeDirectory directory = (Operation.MakeDirectory) step.operation();
    try (Rootfs rootfs = Rootfs.open(store, layers)) {
      Owner owner =
          directory.user().isEmpty() ? Owner.ROOT : Owner.of(directory.user(), rootfs.root());
      Copier copier = new Copier(rootfs.root(), owner, null, context.job().cancellation());
      copier.directory(directory.path(), Instant.EPOCH);
      copier.finish();
      return rootfs.takeChanges();
    } catch (Owner.UnknownOwnerException e) {
      throw context.failed(step.at(), String.valueOf(e.getMessage()));
    } catch (LinuxException e) {
      throw context.failed(step.at(), "cannot make " + directory.path() + ": " + e.getMessage());
    }
  }
}
