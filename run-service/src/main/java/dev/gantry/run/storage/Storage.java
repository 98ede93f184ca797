package dev.gantry.run.storage;

import dev.gantry.events.EntityId;
import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.TreeSize;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.Machine;
import dev.gantry.run.lifecycle.RemoveOrder;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.network.Network;
import dev.gantry.run.network.NetworkChange;
import dev.gantry.run.pull.ImageCollector;
import dev.gantry.run.pull.ImageInventory;
import dev.gantry.run.volume.Volume;
import dev.gantry.run.volume.VolumePrune;
import dev.gantry.run.volume.VolumeStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Says what is on this host's disk because of runs, and removes what nobody needs. */
public final class Storage {
  private static final Duration REMOVE_PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_NANOS = 5_000_000;

  private final Runs runs;
  private final Machine machine;
  private final Lifecycle lifecycle;

  /**
   * What was removed, or would be.
   *
   * @param runs by id
   * @param bytes of everything
   */
  public record Pruned(
      boolean dryRun,
      List<String> runs,
      ImageCollector.Collected images,
      VolumePrune.Result volumes,
      List<String> networks,
      long bytes) {
    /** Copies the lists. */
    public Pruned {
      runs = List.copyOf(runs);
      networks = List.copyOf(networks);
    }
  }

  public Storage(Runs runs, Machine machine, Lifecycle lifecycle) {
    this.runs = runs;
    this.machine = machine;
    this.lifecycle = lifecycle;
  }

  /** The images that are here. */
  public ImageInventory images() throws IOException {
    return machine.images().inventory();
  }

  /** Measures everything; takes as long as it takes to look at every file that may have changed. */
  public DiskUse use() throws IOException {
    ImageInventory images = images();
    int active = (int) images.images().stream().filter(image -> !image.users().isEmpty()).count();
    return new DiskUse(
        new DiskUse.Images(
            images.images().size(),
            active,
            images.layers(),
            images.bytes(),
            images.sharedBytes(),
            images.reclaimableBytes()),
        runs(),
        logs(),
        volumes());
  }

  private DiskUse.Part runs() throws IOException {
    int count = 0;
    int active = 0;
    long bytes = 0;
    long reclaimable = 0;
    for (RunView run : present()) {
      long size = size(machine.directory(run.id().value()).resolve("upper"));
      count++;
      bytes += size;
      active += run.state().hasOutcome() ? 0 : 1;
      reclaimable += run.state().hasOutcome() ? size : 0;
    }
    return new DiskUse.Part(count, active, bytes, reclaimable);
  }

  private DiskUse.Part logs() throws IOException {
    int count = 0;
    int active = 0;
    long bytes = 0;
    long reclaimable = 0;
    for (RunView run : runs.all()) {
      long size = size(machine.log(run.id().value()));
      count += size > 0 ? 1 : 0;
      bytes += size;
      active += run.state().hasOutcome() || size == 0 ? 0 : 1;
      reclaimable += run.state().hasOutcome() ? size : 0;
    }
    return new DiskUse.Part(count, active, bytes, reclaimable);
  }

  private DiskUse.Part volumes() throws IOException {
    VolumeStore store = machine.volumes().store();
    Set<String> unused =
        store.unused(Set.of()).stream().map(Volume::name).collect(Collectors.toSet());
    int count = 0;
    long bytes = 0;
    long reclaimable = 0;
    for (Volume volume : store.all()) {
      long size = size(store.data(volume.name()));
      count++;
      bytes += size;
      reclaimable += unused.contains(volume.name()) ? size : 0;
    }
    return new DiskUse.Part(count, count - unused.size(), bytes, reclaimable);
  }

  /**
   * Removes runs that are over, then what nobody uses any more: images, networks, and anonymous
   * volumes where that is wanted. What fails is left, and found by the next call.
   *
   * @param dryRun only says what
   */
  public Pruned prune(boolean volumes, boolean dryRun) throws IOException {
    List<RunView> over = present().stream().filter(run -> run.state().hasOutcome()).toList();
    long bytes = 0;
    for (RunView run : over) {
      bytes += size(machine.directory(run.id().value()).resolve("upper"));
    }
    Set<String> gone =
        over.stream().map(run -> run.id().value()).collect(Collectors.toCollection(HashSet::new));
    VolumePrune.Result freed =
        dryRun && volumes
            ? new VolumePrune(machine.volumes().store()).wouldRemove(gone)
            : VolumePrune.Result.nothing(dryRun);
    if (!dryRun) {
      remove(over, volumes);
      gone.removeIf(run -> present(new EntityId(run)));
      if (volumes) {
        freed = new VolumePrune(machine.volumes().store()).prune(false, false);
      }
    }
    ImageCollector.Collected images = machine.images().collector().prune(gone, dryRun);
    return new Pruned(
        dryRun,
        gone.stream().sorted().toList(),
        images,
        freed,
        networks(gone, dryRun),
        bytes + images.bytes() + freed.bytes());
  }

  private List<String> networks(Set<String> gone, boolean dryRun) throws IOException {
    List<String> removed = new ArrayList<>();
    for (Network network : machine.network().networks()) {
      boolean unused =
          !network.isDefault()
              && gone.containsAll(machine.network().members(network.name()).keySet());
      // Somebody may have joined it meanwhile, or removed it.
      if (unused
          && (dryRun || machine.network().remove(network.name()) instanceof NetworkChange.Done)) {
        removed.add(network.name());
      }
    }
    return removed;
  }

  private void remove(List<RunView> over, boolean volumes) {
    List<EntityId> ids = over.stream().map(RunView::id).toList();
    ids.forEach(id -> lifecycle.remove(id, new RemoveOrder(false, volumes)));
    long deadline = System.nanoTime() + REMOVE_PATIENCE.toNanos();
    while (System.nanoTime() < deadline && ids.stream().anyMatch(this::present)) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private boolean present(EntityId id) {
    return runs.view(id).filter(run -> !run.state().isFinal()).isPresent();
  }

  private List<RunView> present() {
    return runs.all().stream().filter(run -> !run.state().isFinal()).toList();
  }

  /** Nothing where there is nothing, or it went while we came. */
  private static long size(Path directory) throws IOException {
    try (DirFd open = DirFd.open(directory)) {
      return TreeSize.of(open).bytes();
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        return 0;
      }
      throw e;
    }
  }
}
