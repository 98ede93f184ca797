package dev.gantry.run.lifecycle;

import dev.gantry.isolation.sandbox.LogPolicy;
import dev.gantry.isolation.sandbox.SandboxHost;
import dev.gantry.run.network.RunNetwork;
import dev.gantry.run.pull.Images;
import java.nio.file.Path;

/**
 * What runs are made with.
 *
 * @param directory below which each run has its own, named by its id
 * @param log how much of a run's output is kept
 */
public record Machine(
    SandboxHost sandboxes, RunNetwork network, Images images, Path directory, LogPolicy log) {
  /** The directory of a run. */
  public Path directory(String run) {
    return directory.resolve(run);
  }
}
