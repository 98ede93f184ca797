package dev.gantry.run.node;

import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.sandbox.LogPolicy;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.run.lifecycle.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** A sandbox that nobody asked for: the first one of a process takes several times as long. */
final class WarmUp {
  private static final Logger LOG = Logger.getLogger(WarmUp.class);

  private WarmUp() {}

  /** Starts a sandbox whose command does not exist, and removes it. */
  static void sandbox(Machine machine) {
    String id = "warm-up-" + UUID.randomUUID();
    Path directory = machine.directory(id);
    try {
      Sandbox sandbox = machine.sandboxes().launch(spec(id, machine));
      sandbox.destroy();
    } catch (IOException e) {
      LOG.warnf("this host may not be able to start runs: %s", e.getMessage());
    } finally {
      discard(machine, id, directory);
    }
  }

  private static SandboxSpec spec(String id, Machine machine) {
    return new SandboxSpec(
        id,
        machine.directory(id),
        SandboxSpec.Root.of(List.of()),
        SandboxSpec.Process.of(List.of("/nothing"), List.of("PATH=/"), "warm-up"),
        CgroupLimits.NONE,
        new SandboxSpec.Network.None(),
        LogPolicy.DEFAULT);
  }

  private static void discard(Machine machine, String id, Path directory) {
    try {
      machine.sandboxes().discard(id, directory);
    } catch (IOException e) {
      LOG.warnf("%s is removed at the next start: %s", id, e.getMessage());
    }
  }
}
