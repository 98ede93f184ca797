package dev.gantry.run.archive;

import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunLifecycle;
import dev.gantry.events.RunSpec;
import dev.gantry.isolation.rootfs.DetachedRootfs;
import dev.gantry.isolation.sandbox.InnerFiles;
import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.mount.MountAttribute;
import dev.gantry.linux.mount.MountNamespace;
import dev.gantry.linux.mount.MountTree;
import dev.gantry.linux.process.FileIdentity;
import dev.gantry.run.lifecycle.Machine;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.pull.PulledImage;
import dev.gantry.run.volume.VolumeRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Opens the files of runs: of one that runs, through its own mounts; of one that is over, its
 * layers with what it changed and its volumes, put together again for the while. Each work has a
 * thread of its own, since it changes whose files it makes, or what is mounted for it.
 */
final class RunFiles {
  private static final Logger LOG = Logger.getLogger(RunFiles.class);
  private static final int AT_ONCE_MAX = 16;
  private static final Set<MountAttribute> INERT =
      EnumSet.of(MountAttribute.NO_DEVICES, MountAttribute.NO_SETUID, MountAttribute.NO_EXECUTION);

  private final Runs runs;
  private final Machine machine;
  private final Semaphore slots = new Semaphore(AT_ONCE_MAX);

  /** What is done with the files of a run. */
  interface Work<T> {
    T on(FileTree tree) throws IOException;
  }

  RunFiles(Runs runs, Machine machine) {
    this.runs = runs;
    this.machine = machine;
  }

  /**
   * Does something with the files of a run, and waits for it.
   *
   * @throws ProblemException when the run has no files, or too many are at it
   */
  <T> T with(RunView run, Work<T> work) throws IOException {
    if (!slots.tryAcquire()) {
      throw new ProblemException(
          ReasonCode.UNAVAILABLE, AT_ONCE_MAX + " copies are under way already");
    }
    try {
      CompletableFuture<T> done = new CompletableFuture<>();
      Thread.ofPlatform()
          .daemon()
          .name("archive-" + run.id().abbreviated())
          .start(() -> perform(run, work, done));
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw e.getCause() instanceof RuntimeException bug ? bug : e;
    } finally {
      slots.release();
    }
  }

  private <T> void perform(RunView run, Work<T> work, CompletableFuture<T> done) {
    try {
      done.complete(perform(run, work));
    } catch (IOException | RuntimeException | Error e) {
      done.completeExceptionally(e);
    }
  }

  private <T> T perform(RunView run, Work<T> work) throws IOException {
    Optional<Sandbox> sandbox = runs.sandbox(run.id());
    if (sandbox.isPresent() && sandbox.get().alive()) {
      return running(sandbox.get(), work);
    }
    if (!run.state().hasOutcome() || run.state() instanceof RunLifecycle.Removed) {
      throw noFiles(run);
    }
    return ended(run, work);
  }

  private static <T> T running(Sandbox sandbox, Work<T> work) throws IOException {
    try (InnerFiles files = sandbox.files();
        FileIdentity _ = FileIdentity.take(files.idBase(), files.idBase())) {
      return work.on(FileTree.of(files.root(), files.idBase()));
    }
  }

  private <T> T ended(RunView run, Work<T> work) throws IOException {
    Path directory = machine.directory(run.id().value());
    Path upper = directory.resolve("upper");
    if (!Files.isDirectory(upper)) {
      throw noFiles(run);
    }
    PulledImage image =
        Optional.ofNullable(run.digest())
            .flatMap(machine.images()::local)
            .orElseThrow(() -> noFiles(run));
    MountNamespace.leave();
    try (DetachedRootfs rootfs =
        DetachedRootfs.open(layers(image, directory), upper, directory.resolve("work"))) {
      DirFd root = rootfs.root();
      MountTree.attach(root.descriptor(), directory.resolve("rootfs"));
      for (SandboxSpec.Mount mount : mounts(run, image)) {
        if (mount instanceof SandboxSpec.Mount.Bind bind) {
          attach(root, bind);
        }
      }
      if (readOnly(run)) {
        MountTree.set(root.descriptor(), EnumSet.of(MountAttribute.READ_ONLY));
      }
      int idBase = idBase(directory);
      try (FileIdentity _ = FileIdentity.take(idBase, idBase)) {
        return work.on(FileTree.of(root, idBase));
      }
    }
  }

  private static boolean readOnly(RunView run) {
    return run.order().spec() instanceof Parsed.Valid<RunSpec>(RunSpec spec)
        && spec.security().readOnlyRootfs();
  }

  /** As the sandbox had it mounted; what is not there any more is left out. */
  private static void attach(DirFd root, SandboxSpec.Mount.Bind bind) throws IOException {
    try (DirFd source = DirFd.open(bind.source());
        FileDescriptor found = source.beneath(bind.beneath());
        FileDescriptor target = root.beneath(bind.target().substring(1));
        FileDescriptor mount = MountTree.copy(found.path())) {
      EnumSet<MountAttribute> attributes = EnumSet.copyOf(INERT);
      if (bind.readOnly()) {
        attributes.add(MountAttribute.READ_ONLY);
      }
      MountTree.set(mount, attributes);
      MountTree.attach(mount, target);
    } catch (LinuxException e) {
      LOG.infof("%s is not mounted for a copy: %s", bind.target(), e.getMessage());
    }
  }

  private List<SandboxSpec.Mount> mounts(RunView run, PulledImage image) {
    return run.order().spec() instanceof Parsed.Valid<RunSpec>(RunSpec spec)
        ? machine
            .volumes()
            .known(
                new VolumeRules.Wanted(
                    run.id().value(), spec.mounts(), image.config().volumes(), image.layers()))
        : List.of();
  }

  /** Where ids are not mapped when mounting, each sandbox has copies. */
  private static List<Path> layers(PulledImage image, Path directory) throws IOException {
    Path copies = directory.resolve("layers");
    if (!Files.isDirectory(copies)) {
      return image.layers();
    }
    try (Stream<Path> all = Files.list(copies)) {
      return all.sorted(
              Comparator.comparingInt(path -> Integer.parseInt(path.getFileName().toString())))
          .toList();
    }
  }

  /** Where ids are not mapped when mounting, those on disk are the sandbox's range. */
  private int idBase(Path directory) throws IOException {
    if (machine.sandboxes().idmappedLayers()) {
      return 0;
    }
    try (DirFd state = DirFd.open(directory)) {
      return state.stat("etc/hosts").uid();
    }
  }

  private static ProblemException noFiles(RunView run) {
    return new ProblemException(
        ReasonCode.RUN_NOT_RUNNING,
        "run %s is %s: it has no files".formatted(run.id(), run.state().label()));
  }
}
