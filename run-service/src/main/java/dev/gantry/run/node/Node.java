package dev.gantry.run.node;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.EntityId;
import dev.gantry.events.Parsed;
import dev.gantry.events.RunSpec;
import dev.gantry.isolation.cgroup.CgroupHierarchy;
import dev.gantry.isolation.sandbox.SandboxHost;
import dev.gantry.run.host.Drain;
import dev.gantry.run.host.HostStatus;
import dev.gantry.run.journal.Journal;
import dev.gantry.run.lifecycle.KeptLogs;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.Machine;
import dev.gantry.run.lifecycle.Records;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.network.RunNetwork;
import dev.gantry.run.publish.JournalOutbox;
import dev.gantry.run.pull.Images;
import dev.gantry.run.recovery.Recovery;
import dev.gantry.run.recovery.Replay;
import dev.gantry.run.request.CommandDesk;
import dev.gantry.run.volume.BindRoots;
import dev.gantry.run.volume.VolumeRules;
import dev.gantry.run.volume.VolumeStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What the service is on this host, without Kafka and PostgreSQL: when {@link #open} returns, every
 * run that the journal knows is watched again, or goes on where it was.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Node.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Clock clock = Clock.systemUTC();
  private final CloudEventCodec codec = new CloudEventCodec();
  private final Runs runs = new Runs();
  private final NodeSettings settings;
  private final Pools pools;
  private final Journal journal;
  private final JournalOutbox outbox;
  private final Machine machine;
  private final CgroupHierarchy cgroups;
  private final Lifecycle lifecycle;
  private final CommandDesk commands;

  private Node(NodeSettings settings) throws IOException {
    this.settings = settings;
    this.pools = part(Pools.open());
    Path directory = settings.directory();
    this.journal = part(Journal.open(directory.resolve("journal"), settings.journalSegmentBytes()));
    this.outbox = JournalOutbox.open(directory.resolve("marks"), "run-service");
    var frames = journal.replayed();
    Replay replay = Replay.of(frames, codec);
    frames.forEach(outbox::offer);
    journal.onDurable(outbox::offer);
    this.machine = machine(replay);
    this.cgroups = CgroupHierarchy.detect(settings.sandboxes().cgroupParent());
    this.lifecycle =
        new Lifecycle(
            settings.capacity(),
            machine,
            new Records(journal, codec, clock),
            runs,
            new Lifecycle.Threads(pools.runs(), pools.removing(), pools.timer()));
    this.commands = new CommandDesk(codec, runs, lifecycle, journal, clock);
    recover(replay);
    machine.sandboxes().keepWarm(settings.warm());
    collectImages();
  }

  private Machine machine(Replay replay) throws IOException {
    Path directory = settings.directory();
    Images images =
        part(
            Images.open(
                directory.resolve("images"),
                settings.registry(),
                settings.storage().images(),
                new Images.Threads(pools.waiting(), pools.unpacking())));
    SandboxHost sandboxes = part(SandboxHost.open(settings.sandboxes()));
    RunNetwork network = part(RunNetwork.open(settings.network(), Recovery.live(replay.runs())));
    VolumeStore volumes = part(VolumeStore.open(directory.resolve("volumes"), clock));
    VolumeRules volumeRules =
        new VolumeRules(
            volumes,
            new BindRoots(settings.permissions().bindRoots()),
            new VolumeRules.Host(sandboxes.idmappedLayers(), this::running, pools.waiting()));
    KeptLogs keptLogs =
        KeptLogs.open(
            directory.resolve("logs"),
            settings.retention().time(),
            settings.retention().bytesMax());
    return new Machine(
        sandboxes,
        network,
        images,
        volumeRules,
        Files.createDirectories(directory.resolve("runs")),
        settings.log(),
        keptLogs,
        settings.permissions());
  }

  /**
   * Opens the host.
   *
   * @throws IOException when it cannot run sandboxes, or its journal cannot be read
   */
  public static Node open(NodeSettings settings) throws IOException {
    return new Node(settings);
  }

  private void recover(Replay replay) throws IOException {
    replay.runs().forEach(lifecycle::restore);
    commands.restore(replay.deferred());
    Recovery.present(runs.all()).forEach(this::restoreStorage);
    Recovery.sweep(
        machine, () -> Recovery.attached(runs.all()), () -> Recovery.present(runs.all()));
    lifecycle.resume();
    if (!replay.runs().isEmpty()) {
      LOG.infof("%d runs are known from before, %d of them not over", runs.size(), runs.active());
    }
  }

  private void restoreStorage(String run) {
    RunView view = runs.view(new EntityId(run)).orElseThrow();
    String digest = view.digest();
    if (digest != null) {
      machine.images().hold(run, digest);
    }
    if (view.order().spec() instanceof Parsed.Valid<RunSpec>(RunSpec spec)) {
      machine.volumes().restore(run, spec.mounts());
    }
  }

  private boolean running(String run) {
    return runs.view(new EntityId(run)).filter(view -> !view.state().hasOutcome()).isPresent();
  }

  private void collectImages() {
    long millis = settings.storage().collectEvery().toMillis();
    var _ =
        pools
            .background()
            .scheduleWithFixedDelay(
                machine.images().collector()::collect, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Pays for the first use of everything that a start needs, before somebody waits for it. */
  void warmUp() {
    machine.images().warmUp();
    WarmUp.sandbox(machine);
  }

  /** Takes back what is nobody's. Leaves alone what belongs to a run that is starting. */
  void sweep() {
    Supplier<Set<String>> present = () -> Recovery.present(runs.all());
    try {
      Recovery.sweep(machine, present, present);
    } catch (IOException e) {
      LOG.warnf("not everything that is nobody's could be taken back: %s", e.getMessage());
    }
  }

  /** What this host has and does. */
  public HostStatus status() {
    return new HostStatus(
        new HostStatus.Identity(
            settings.capacity().host(), settings.address(), machine.sandboxes().cgroups()),
        runs,
        lifecycle,
        clock);
  }

  /** Empties this host. */
  public Drain drain() {
    return new Drain(lifecycle, runs, machine, cgroups, clock);
  }

  /** Its runs. */
  public Runs runs() {
    return runs;
  }

  /** What can be done with them. */
  public Lifecycle lifecycle() {
    return lifecycle;
  }

  /** What they are made with. */
  public Machine machine() {
    return machine;
  }

  /** Commands to them. */
  public CommandDesk commands() {
    return commands;
  }

  /** What is promised. */
  public Journal journal() {
    return journal;
  }

  /** What is to be told. */
  public JournalOutbox outbox() {
    return outbox;
  }

  /** How events are written. */
  public CloudEventCodec codec() {
    return codec;
  }

  /** What it tells the time by. */
  Clock clock() {
    return clock;
  }

  /** This host's id. */
  public String host() {
    return settings.capacity().host();
  }

  Pools pools() {
    return pools;
  }

  /** Lets go of everything. Containers run on. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warnf("closing: %s", e);
      }
    }
  }

  private <T extends AutoCloseable> T part(T part) {
    parts.push(part);
    return part;
  }
}
