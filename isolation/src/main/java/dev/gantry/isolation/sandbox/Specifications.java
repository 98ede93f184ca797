package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.CgroupVersion;
import dev.gantry.isolation.identity.IdRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes the files that a shim reads. */
record Specifications(RootLayers layers, CgroupVersion cgroups) {

  /** For a sandbox that is to be started, into a directory that is prepared. */
  void write(SandboxSpec spec, Holdings.Held held) throws IOException {
    SandboxDirectory.fill(spec);
    IdRange ids = held.ids();
    SpecWriter.Placement placement =
        new SpecWriter.Placement(
            layers.of(spec, ids),
            layers.mounts(spec, ids),
            layers.idMapped(),
            ids,
            cgroups,
            Optional.of(held.cgroup()));
    new SandboxFiles(spec.directory()).specify(SpecWriter.write(spec, placement));
  }

  /** For one that shall wait in an existing directory, named by its name. */
  void writeStanding(Path directory, Holdings.Held held, Optional<WarmPolicy.Link> link)
      throws IOException {
    SpecWriter.Placement placement =
        new SpecWriter.Placement(
            List.of(),
            List.of(),
            layers.idMapped(),
            held.ids(),
            cgroups,
            Optional.of(held.cgroup()));
    String name = directory.getFileName().toString();
    Files.write(
        new SandboxFiles(directory).standing(), SpecWriter.writeStanding(name, placement, link));
  }
}
