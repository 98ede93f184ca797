package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.cgroup.CgroupVersion;
import dev.gantry.isolation.identity.IdRange;
import dev.gantry.isolation.rootfs.LayerOwnership;
import dev.gantry.isolation.rootfs.TreeOwnership;
import dev.gantry.isolation.seccomp.SeccompProfile;
import dev.gantry.linux.process.PidWatcher;
import dev.gantry.linux.process.ProcessId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The lower layers of sandboxes. Below those of the image lies one of our own, with the directories
 * and files that are mounted over: so they need not be made in the upper layer, which shall hold
 * only what the sandbox itself changed.
 *
 * @param mountPoints that lowest layer
 * @param idMapped whether the kernel maps ids when it mounts layers; else each sandbox gets copies
 */
record RootLayers(Path mountPoints, boolean idMapped) {
  /** The stages that fail where the kernel maps no ids. */
  private static final Set<String> MOUNTING = Set.of("scratch", "rootfs");

  /** Finds out, with a sandbox that is only mounted, what this kernel can. */
  static RootLayers probe(HostConfig config, ShimProgram shim, PidWatcher watcher)
      throws IOException {
    Path mountPoints = makeMountPoints(config.stateDir().resolve("mount-points"));
    Path directory = config.stateDir().resolve("probe");
    SandboxDirectory.delete(directory);
    SandboxDirectory.make(directory);
    SpecWriter.Placement placement =
        new SpecWriter.Placement(
            List.of(mountPoints),
            List.of(),
            true,
            new IdRange(config.idBase(), IdRange.SIZE),
            CgroupVersion.V1,
            Optional.empty());
    Files.write(
        new SandboxFiles(directory).spec(), SpecWriter.write(probeSpec(directory), placement));
    boolean idMapped = idMaps(shim, directory, watcher);
    SandboxDirectory.delete(directory);
    return new RootLayers(mountPoints, idMapped);
  }

  private static boolean idMaps(ShimProgram shim, Path directory, PidWatcher watcher)
      throws IOException {
    try {
      shim.run("probe", directory, born -> reap(watcher, born));
      return true;
    } catch (SandboxException e) {
      if (MOUNTING.contains(e.stage())) {
        return false;
      }
      throw e; // the host cannot run sandboxes at all
    }
  }

  private static void reap(PidWatcher watcher, ProcessId process) {
    try {
      watcher.register(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SandboxSpec probeSpec(Path directory) {
    return new SandboxSpec(
        "probe",
        directory,
        SandboxSpec.Root.of(List.of()),
        SandboxSpec.Process.draft(List.of("probe"), "probe")
            .capabilities(Set.of())
            .seccomp(SeccompProfile.unconfined())
            .build(),
        CgroupLimits.NONE,
        new SandboxSpec.Network.None(),
        LogPolicy.DEFAULT);
  }

  private static Path makeMountPoints(Path layer) throws IOException {
    for (String name : List.of("dev", "proc", "sys", "etc")) {
      Files.createDirectories(layer.resolve(name));
    }
    for (String name : List.of("hosts", "hostname", "resolv.conf")) {
      Path file = layer.resolve("etc").resolve(name);
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
    }
    return layer;
  }

  /** The layers of a sandbox, lowest first, as its kernel can mount them. */
  List<Path> of(SandboxSpec spec, IdRange ids) throws IOException {
    List<Path> layers = new ArrayList<>();
    layers.add(mountPoints);
    layers.addAll(spec.root().layers());
    return idMapped ? layers : copies(layers, spec.directory().resolve("layers"), ids);
  }

  /**
   * The mounts of a sandbox as its kernel can make them: where it cannot map ids, files that shall
   * belong to the sandbox are given to it, whoever of our sandboxes had them before.
   */
  List<SandboxSpec.Mount> mounts(SandboxSpec spec, IdRange ids) throws IOException {
    if (idMapped) {
      return spec.root().mounts();
    }
    List<SandboxSpec.Mount> mounts = new ArrayList<>();
    for (SandboxSpec.Mount mount : spec.root().mounts()) {
      mounts.add(
          mount instanceof SandboxSpec.Mount.Bind bind && bind.idMapped()
              ? given(bind, ids)
              : mount);
    }
    return mounts;
  }

  private static SandboxSpec.Mount given(SandboxSpec.Mount.Bind bind, IdRange ids)
      throws IOException {
    TreeOwnership.give(bind.source(), ids);
    return new SandboxSpec.Mount.Bind(
        bind.source(), bind.beneath(), bind.target(), bind.readOnly(), false);
  }

  private static List<Path> copies(List<Path> layers, Path directory, IdRange ids)
      throws IOException {
    Files.createDirectories(directory);
    List<Path> copies = new ArrayList<>();
    for (Path layer : layers) {
      Path copy = directory.resolve(Integer.toString(copies.size()));
      LayerOwnership.copy(layer, copy, ids);
      copies.add(copy);
    }
    return copies;
  }
}
