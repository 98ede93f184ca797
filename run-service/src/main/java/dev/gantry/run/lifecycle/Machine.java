package dev.gantry.run.lifecycle;

import dev.gantry.isolation.sandbox.LogPolicy;
import dev.gantry.isolation.sandbox.SandboxHost;
import dev.gantry.run.network.RunNetwork;
import dev.gantry.run.permission.Permissions;
import dev.gantry.run.pull.Images;
import dev.gantry.run.volume.VolumeRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What runs are made with.
 *
 * @param directory below which each run has its own, named by its id
 * @param log how much of a run's output is kept
 * @param keptLogs the output of those that are removed
 * @param permissions what they may ask for
 */
public record Machine(
    SandboxHost sandboxes,
    RunNetwork network,
    Images images,
    VolumeRules volumes,
    Path directory,
    LogPolicy log,
    KeptLogs keptLogs,
    Permissions permissions) {
  /** The directory of a run. */
  public Path directory(String run) {
    return directory.resolve(run);
  }

  /**
   * A run needs its image and volumes no more. A repeated call finishes what failed.
   *
   * @param anonymous whether its own volumes go with it
   */
  void releaseStorage(String run, boolean anonymous) throws IOException {
    volumes.store().release(run, anonymous);
    images.release(run);
  }

  /** Where the log of a run is; of one that is removed, where it would be kept. */
  public Path log(String run) {
    Path log = liveLog(run);
    return Files.exists(log) ? log : keptLogs.of(run);
  }

  Path liveLog(String run) {
    return directory(run).resolve("log");
  }
}
