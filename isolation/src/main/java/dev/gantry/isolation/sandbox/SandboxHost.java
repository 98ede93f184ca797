package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.Cgroup;
import dev.gantry.isolation.cgroup.CgroupHierarchy;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.cgroup.CgroupVersion;
import dev.gantry.isolation.cgroup.CpuSet;
import dev.gantry.isolation.cgroup.Feature;
import dev.gantry.isolation.identity.IdRange;
import dev.gantry.isolation.identity.IdRanges;
import dev.gantry.linux.process.PidWatcher;
import dev.gantry.linux.process.ProcessId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/** Starts sandboxes on this host, and finds those that an earlier process started. Thread-safe. */
public final class SandboxHost implements AutoCloseable {
  private static final int ID_RANGES =
      1500; // 98 million ids: another service may begin 100 million further
  private static final int PIDS_DEFAULT = 4096;
  private static final int SIGKILL = 9;
  private static final Duration END_PATIENCE = Duration.ofSeconds(10);

  private final CgroupHierarchy hierarchy;
  private final IdRanges idRanges;
  private final PidWatcher watcher;
  private final ShimProgram shim;
  private final RootLayers layers;

  /** Of sandboxes that were started or adopted here, until they are discarded. */
  private final Map<String, CompletableFuture<ExitRecord>> exits = new ConcurrentHashMap<>();

  private SandboxHost(
      CgroupHierarchy hierarchy,
      IdRanges idRanges,
      PidWatcher watcher,
      ShimProgram shim,
      RootLayers layers) {
    this.hierarchy = hierarchy;
    this.idRanges = idRanges;
    this.watcher = watcher;
    this.shim = shim;
    this.layers = layers;
  }

  /**
   * Makes this host ready: loads the shim, finds out what the kernel can, starts the thread that
   * waits for processes. One at a time per state directory.
   *
   * @throws IOException when another process has the state directory, or the host cannot run
   *     sandboxes
   */
  public static SandboxHost open(HostConfig config) throws IOException {
    SandboxDirectory.make(config.stateDir());
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(config.cgroupParent());
    IdRanges idRanges =
        IdRanges.open(config.stateDir().resolve("id-ranges"), config.idBase(), ID_RANGES);
    ShimProgram shim = ShimProgram.load();
    PidWatcher watcher = PidWatcher.start();
    RootLayers layers = RootLayers.probe(config, shim, watcher);
    return new SandboxHost(hierarchy, idRanges, watcher, shim, layers);
  }

  /**
   * Does ahead of {@link #launch} what it needs no image for: the control group, and the id range,
   * which waits for the disk. {@link #discard} undoes it.
   *
   * @throws IOException when the launch would fail, too; what was done is still to be discarded
   */
  public void prepare(String id, CgroupLimits limits) throws IOException {
    idRanges.allocate(id);
    hierarchy.create(id, withDefaults(limits));
  }

  /**
   * Starts a sandbox; returns when its command was executed. When the command is missing or cannot
   * be executed, the sandbox has started and ends at once with 127 or 126, as with Docker.
   *
   * @throws SandboxException when a stage failed; nothing is left but the directory
   */
  public Sandbox launch(SandboxSpec spec) throws SandboxException {
    try {
      return start(spec);
    } catch (SandboxException e) {
      undo(spec.id(), e);
      throw e;
    } catch (IOException e) {
      SandboxException failure = new SandboxException("prepare", e);
      undo(spec.id(), failure);
      throw failure;
    }
  }

  private Sandbox start(SandboxSpec spec) throws IOException {
    SandboxFiles files = new SandboxFiles(spec.directory());
    IdRange ids = idRanges.allocate(spec.id());
    Cgroup cgroup = hierarchy.create(spec.id(), withDefaults(spec.limits()));
    SandboxDirectory.prepare(spec);
    SpecWriter.Placement placement =
        new SpecWriter.Placement(
            layers.of(spec, ids),
            layers.mounts(spec, ids),
            layers.idMapped(),
            ids,
            hierarchy.version(),
            Optional.of(cgroup));
    Files.write(files.spec(), SpecWriter.write(spec, placement));
    CompletableFuture<CompletableFuture<Void>> ended = new CompletableFuture<>();
    String status = shim.run("start", spec.directory(), born -> ended.complete(watch(born)));
    return sandbox(spec.id(), files, SandboxFiles.started(status), ended.join());
  }

  private Sandbox sandbox(
      String id,
      SandboxFiles files,
      SandboxFiles.Started started,
      CompletableFuture<Void> shimEnded) {
    CompletableFuture<ExitRecord> exit = shimEnded.thenApply(ended -> exitOf(id, files, started));
    exits.put(id, exit);
    return new LiveSandbox(this, id, files, started, exit);
  }

  private static CgroupLimits withDefaults(CgroupLimits limits) {
    return limits.pids().isPresent() ? limits : limits.toBuilder().pids(PIDS_DEFAULT).build();
  }

  private CompletableFuture<Void> watch(ProcessId process) {
    try {
      return watcher.register(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void undo(String id, SandboxException failure) {
    try {
      releaseResources(id);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Finds the sandbox of a directory again: one that lives, or one that ended while nobody looked.
   * Empty: it never started; {@link #discard} removes what is there.
   */
  public Optional<Sandbox> adopt(Path directory) throws IOException {
    SandboxFiles files = new SandboxFiles(directory);
    Optional<String> id = files.id();
    Optional<ProcessId> process = files.shim();
    if (id.isEmpty() || process.isEmpty()) {
      return Optional.empty();
    }
    CompletableFuture<Void> ended = watcher.register(process.get());
    Optional<SandboxFiles.Started> started = awaitStart(files, ended);
    return started.map(found -> sandbox(id.get(), files, found, ended));
  }

  /** A shim that is starting is waited for: it starts its sandbox or ends. */
  private static Optional<SandboxFiles.Started> awaitStart(
      SandboxFiles files, CompletableFuture<Void> ended) throws IOException {
    long deadline = System.nanoTime() + END_PATIENCE.toNanos();
    while (true) {
      boolean over = ended.isDone() || System.nanoTime() - deadline > 0;
      Optional<SandboxFiles.Started> started = files.started();
      if (started.isPresent() || over) {
        return started;
      }
      ends(ended, Duration.ofMillis(10));
    }
  }

  /**
   * Removes whatever is left of the sandbox with this id and directory, whether or not it ever
   * started: processes, control group, directory, id range. A repeated call finishes what an
   * interrupted one left.
   */
  public void discard(String id, Path directory) throws IOException {
    SandboxFiles files = new SandboxFiles(directory);
    Optional<ProcessId> process = files.shim();
    if (process.isPresent()) {
      killAndWait(id, files, process.get());
    }
    CompletableFuture<ExitRecord> exit = exits.remove(id);
    if (exit != null) {
      ends(exit, END_PATIENCE); // it is read from the directory
    }
    removeGroup(id);
    SandboxDirectory.delete(directory);
    idRanges.release(id);
  }

  /**
   * Kills what lives of a sandbox, and waits for nothing: what is returned completes when {@link
   * #discard} has nothing to wait for, which of a process that cannot die is never.
   */
  public CompletableFuture<Void> end(String id, Path directory) throws IOException {
    SandboxFiles files = new SandboxFiles(directory);
    killGroup(id);
    Optional<ProcessId> process = files.shim();
    if (process.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> ended = watcher.register(process.get());
    Optional<SandboxFiles.Started> started = files.started();
    if (started.isPresent()) {
      started.get().init().signal(SIGKILL);
    } else {
      process.get().signal(SIGKILL); // its sandbox dies with it
    }
    return ended;
  }

  /** Whether no process is left in the control group of a sandbox, or it has none. */
  public boolean idle(String id) throws IOException {
    Optional<Cgroup> cgroup = hierarchy.find(id);
    return cgroup.isEmpty() || cgroup.get().processes().isEmpty();
  }

  private void killAndWait(String id, SandboxFiles files, ProcessId process) throws IOException {
    CompletableFuture<Void> ended = watcher.register(process);
    Optional<SandboxFiles.Started> started = files.started();
    if (started.isPresent()) {
      started.get().init().signal(SIGKILL);
      killGroup(id);
    }
    if (started.isEmpty() || !ends(ended, END_PATIENCE)) {
      process.signal(SIGKILL); // its sandbox dies with it
      ends(ended, END_PATIENCE);
    }
  }

  private static boolean ends(CompletableFuture<?> ended, Duration patience) {
    try {
      ended.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      return true; // whatever it failed with is for whoever waits for the result
    }
  }

  private void releaseResources(String id) throws IOException {
    removeGroup(id);
    idRanges.release(id);
  }

  private void removeGroup(String id) throws IOException {
    Optional<Cgroup> cgroup = hierarchy.find(id);
    if (cgroup.isPresent()) {
      cgroup.get().kill();
      cgroup.get().remove();
    }
  }

  void killGroup(String id) throws IOException {
    Optional<Cgroup> cgroup = hierarchy.find(id);
    if (cgroup.isPresent()) {
      cgroup.get().kill();
    }
  }

  /** The control group of a sandbox. */
  Cgroup group(String id) throws IOException {
    return hierarchy
        .find(id)
        .orElseThrow(() -> new IOException("sandbox " + id + " has no control group any more"));
  }

  void update(String id, CgroupLimits limits) throws IOException {
    group(id).update(withDefaults(limits));
  }

  /** See {@link Sandbox#onOom}. */
  Runnable watchOom(String id, LongConsumer listener) throws IOException {
    return OomWatch.begin(watcher, group(id).oomCounter(), listener);
  }

  /** How a sandbox ended whose shim has ended. */
  private ExitRecord exitOf(String id, SandboxFiles files, SandboxFiles.Started started) {
    try {
      Optional<ExitRecord> record = files.exit();
      if (record.isPresent()) {
        return record.get();
      }
      killGroup(id); // a process can refuse to die with its shim (prctl(2)), but not this
      return SandboxFiles.lost(started, Instant.now());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether limits and statistics of a kind can be had on this host. */
  public boolean supports(Feature feature) {
    return hierarchy.supports(feature);
  }

  /** The processors that sandboxes can run on. */
  public CpuSet cpus() throws IOException {
    return hierarchy.cpus();
  }

  /** The version of control groups on this host. */
  public CgroupVersion cgroups() {
    return hierarchy.version();
  }

  /**
   * Whether the kernel maps ids when it mounts layers. Then {@link Sandbox#upper} has ids from 0
   * on, as in an image; else they are those of the sandbox's range.
   */
  public boolean idmappedLayers() {
    return layers.idMapped();
  }

  /** Stops watching. Sandboxes live on; the {@code exit} of those that do never completes here. */
  @Override
  public void close() throws IOException {
    watcher.close();
    shim.close();
    idRanges.close();
  }
}
