package dev.gantry.isolation.sandbox;

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
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Starts sandboxes on this host, and finds those that an earlier process started. Thread-safe. */
public final class SandboxHost implements AutoCloseable {
  private static final int ID_RANGES =
      1500; // 98 million ids: another service may begin 100 million further

  private final Holdings holdings;
  private final PidWatcher watcher;
  private final SandboxEnds ends;
  private final ShimProgram shim;
  private final RootLayers layers;
  private final MountHolds mounts = new MountHolds();
  final Specifications specifications;
  final WarmMaker maker;
  private volatile WarmPool pool;

  /** Of sandboxes that were started or adopted here, until they are discarded. */
  private final Map<String, CompletableFuture<ExitRecord>> exits = new ConcurrentHashMap<>();

  private SandboxHost(
      HostConfig config,
      Holdings holdings,
      PidWatcher watcher,
      ShimProgram shim,
      RootLayers layers) {
    this.holdings = holdings;
    this.watcher = watcher;
    this.ends = new SandboxEnds(watcher, holdings);
    this.shim = shim;
    this.layers = layers;
    this.specifications = new Specifications(layers, holdings.hierarchy().version());
    this.maker = new WarmMaker(this, ends, shim, config.stateDir().resolve("warm"));
    this.pool = new WarmPool(WarmPolicy.NONE, maker.with(WarmPolicy.NONE));
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
    SandboxHost host =
        new SandboxHost(config, new Holdings(hierarchy, idRanges), watcher, shim, layers);
    host.maker.discardStale();
    return host;
  }

  /**
   * Keeps sandboxes ready from now on, in place of those that are: namespaces, ids, control group,
   * the kernel's file systems and the interface are made ahead, in the background. They end with
   * this process, or when the host is closed.
   *
   * @throws IOException when some of those that were ready could not be removed; they are at the
   *     next {@link #open}
   */
  public void keepWarm(WarmPolicy policy) throws IOException {
    WarmPool before;
    synchronized (this) {
      before = pool;
      pool = new WarmPool(policy, maker.with(policy));
    }
    before.close();
  }

  /** How many sandboxes stand ready. */
  public int warm() {
    return pool.size();
  }

  /**
   * Does ahead of {@link #launch} what it needs no image for: the control group, and the id range,
   * which waits for the disk; nothing while sandboxes stand ready. {@link #discard} undoes it.
   *
   * @throws IOException when the launch would fail, too; what was done is still to be discarded
   */
  public void prepare(String id, CgroupLimits limits) throws IOException {
    if (pool.size() == 0) {
      holdings.take(id, limits);
    }
  }

  /**
   * Starts a sandbox, out of one that stands ready where one fits; returns when its command was
   * executed. When the command is missing or cannot be executed, the sandbox has started and ends
   * at once with 127 or 126, as with Docker.
   *
   * @throws SandboxException when a stage failed; nothing is left but the directory
   */
  public Sandbox launch(SandboxSpec spec) throws SandboxException {
    WarmPool warmth = pool;
    warmth.began();
    try {
      Optional<Sandbox> sandbox = launchWarm(spec, warmth);
      return sandbox.isPresent() ? sandbox.get() : launchCold(spec);
    } finally {
      warmth.finished();
    }
  }

  /**
   * Starts a sandbox that has ended once more, in its directory: what it changed in its root file
   * system, and its log, are kept, and go on. Its {@link Sandbox#exit} before is forgotten.
   *
   * @throws SandboxException when a stage failed; it can be tried again, or discarded
   */
  public Sandbox relaunch(SandboxSpec spec) throws SandboxException {
    SandboxFiles files = new SandboxFiles(spec.directory());
    try {
      String owner = files.owner().orElse(spec.id());
      files.forgetEnd();
      exits.remove(spec.id());
      holdings.forgetCounts(owner);
      mounts.release(spec.id());
      return start(spec, owner);
    } catch (SandboxException e) {
      throw e;
    } catch (IOException e) {
      throw new SandboxException("prepare", e);
    }
  }

  private Sandbox launchCold(SandboxSpec spec) throws SandboxException {
    try {
      return start(spec, spec.id());
    } catch (SandboxException e) {
      undo(spec.id(), e);
      throw e;
    } catch (IOException e) {
      SandboxException failure = new SandboxException("prepare", e);
      undo(spec.id(), failure);
      throw failure;
    }
  }

  private Sandbox start(SandboxSpec spec, String owner) throws IOException {
    SandboxFiles files = new SandboxFiles(spec.directory());
    SandboxDirectory.prepare(spec.directory());
    specifications.write(spec, holdings.take(owner, spec.limits()));
    CompletableFuture<CompletableFuture<Void>> ended = new CompletableFuture<>();
    String status = shim.run("start", spec.directory(), born -> ended.complete(ends.watch(born)));
    return sandbox(new Named(spec.id(), owner), files, SandboxFiles.started(status), ended.join());
  }

  /** Empty: none fits, or it was killed before it had become a sandbox. */
  private Optional<Sandbox> launchWarm(SandboxSpec spec, WarmPool warmth) throws SandboxException {
    Optional<WarmSandbox> taken =
        Files.exists(spec.directory()) ? Optional.empty() : warmth.take(spec);
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    try (WarmSandbox warm = taken.get()) {
      if (warm.moveTo(spec.directory())) {
        return become(spec, warm);
      }
      discard(warm.name(), warm.directory());
      return Optional.empty();
    } catch (SandboxException e) {
      undo(taken.get().name(), e);
      throw e;
    } catch (IOException e) {
      SandboxException failure = new SandboxException("prepare", e);
      undo(taken.get().name(), failure);
      throw failure;
    }
  }

  private Optional<Sandbox> become(SandboxSpec spec, WarmSandbox warm) throws IOException {
    SandboxFiles files = new SandboxFiles(spec.directory());
    if (!Holdings.withDefaults(spec.limits()).equals(Holdings.withDefaults(CgroupLimits.NONE))) {
      holdings.take(warm.name(), spec.limits());
    }
    specifications.write(spec, warm.held());
    Optional<String> status = ShimProgram.go(warm.shim());
    Optional<SandboxFiles.Started> started =
        status.isPresent() ? status.map(SandboxFiles::started) : files.started();
    if (started.isEmpty()) {
      discard(warm.name(), spec.directory());
      return Optional.empty();
    }
    Named named = new Named(spec.id(), warm.name());
    return Optional.of(sandbox(named, files, started.get(), warm.ended()));
  }

  /**
   * A sandbox's names.
   *
   * @param id what it is called outside
   * @param owner of what it holds: itself, or the one that stood ready
   */
  record Named(String id, String owner) {}

  private Sandbox sandbox(
      Named named,
      SandboxFiles files,
      SandboxFiles.Started started,
      CompletableFuture<Void> shimEnded) {
    CompletableFuture<ExitRecord> exit =
        shimEnded.thenApply(ended -> exitOf(named.owner(), files, started));
    exits.put(named.id(), exit);
    return new LiveSandbox(this, named, files, started, exit);
  }

  private void undo(String owner, SandboxException failure) {
    try {
      release(owner);
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
    Optional<SandboxFiles.Started> started = ends.awaitStart(files, ended);
    Named named = new Named(id.get(), files.owner().orElse(id.get()));
    return started.map(found -> sandbox(named, files, found, ended));
  }

  /**
   * Removes whatever is left of the sandbox with this id and directory, whether or not it ever
   * started: processes, control group, directory, id range. A repeated call finishes what an
   * interrupted one left.
   */
  public void discard(String id, Path directory) throws IOException {
    SandboxFiles files = new SandboxFiles(directory);
    String owner = files.owner().orElse(id);
    Optional<ProcessId> process = files.shim();
    if (process.isPresent()) {
      ends.killAndWait(owner, files, process.get());
    }
    CompletableFuture<ExitRecord> exit = exits.remove(id);
    if (exit != null) {
      ends.await(exit); // it is read from the directory
    }
    // The owner's name is known for as long as the directory is there.
    release(owner);
    if (!owner.equals(id)) {
      release(id);
    }
    SandboxDirectory.delete(directory);
  }

  /**
   * Kills what lives of a sandbox, and waits for nothing: what is returned completes when {@link
   * #discard} has nothing to wait for, which of a process that cannot die is never.
   */
  public CompletableFuture<Void> end(String id, Path directory) throws IOException {
    SandboxFiles files = new SandboxFiles(directory);
    return ends.kill(files.owner().orElse(id), files);
  }

  /** Whether no process is left in the control group of a sandbox, or it has none. */
  public boolean idle(String id, Path directory) throws IOException {
    return holdings.idle(new SandboxFiles(directory).owner().orElse(id));
  }

  /**
   * Takes back what belongs to none of these sandboxes: control groups, with the processes in them,
   * and id ranges.
   *
   * @param directories of all sandboxes that there are, also of those that are just starting; each
   *     is called by its directory's name. Asked for when it is known who holds something: who
   *     begins to hold something meanwhile is left alone
   * @return whose it was
   */
  public Set<String> sweep(Supplier<? extends Collection<Path>> directories) throws IOException {
    Set<String> strangers = new TreeSet<>(holdings.owners());
    strangers.removeAll(maker.names());
    for (Path directory : directories.get()) {
      strangers.remove(directory.getFileName().toString());
      new SandboxFiles(directory).owner().ifPresent(strangers::remove);
    }
    for (String stranger : strangers) {
      holdings.release(stranger);
    }
    return strangers;
  }

  /** Who has which ids. */
  Map<String, IdRange> idRanges() {
    return holdings.idRanges().owners();
  }

  private void release(String owner) throws IOException {
    holdings.release(owner);
    maker.forget(owner);
  }

  Holdings holdings() {
    return holdings;
  }

  /** See {@link Sandbox#onOom}. */
  Runnable watchOom(String owner, LongConsumer listener) throws IOException {
    return OomWatch.begin(watcher, holdings.group(owner).oomCounter(), listener);
  }

  /** How a sandbox ended whose shim has ended. */
  private ExitRecord exitOf(String owner, SandboxFiles files, SandboxFiles.Started started) {
    try {
      Optional<ExitRecord> record = files.exit();
      if (record.isPresent()) {
        return record.get();
      }
      holdings.kill(owner); // a process can refuse to die with its shim (prctl(2)), but not this
      return SandboxFiles.lost(started, Instant.now());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether limits and statistics of a kind can be had on this host. */
  public boolean supports(Feature feature) {
    return holdings.hierarchy().supports(feature);
  }

  /** The processors that sandboxes can run on. */
  public CpuSet cpus() throws IOException {
    return holdings.hierarchy().cpus();
  }

  MountHolds mounts() {
    return mounts;
  }

  /** The version of control groups on this host. */
  public CgroupVersion cgroups() {
    return holdings.hierarchy().version();
  }

  /**
   * Whether the kernel maps ids when it mounts layers. Then {@link Sandbox#upper} has ids from 0
   * on, as in an image; else they are those of the sandbox's range.
   */
  public boolean idmappedLayers() {
    return layers.idMapped();
  }

  /**
   * Ends those that stand ready, and stops watching. Sandboxes live on; the {@code exit} of those
   * that do never completes here.
   */
  @Override
  public void close() throws IOException {
    try {
      pool.close();
    } finally {
      watcher.close();
      mounts.close();
      shim.close();
      holdings.idRanges().close();
    }
  }
}
