package dev.gantry.run.volume;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Removes volumes that nobody uses. */
public final class VolumePrune {
  private final VolumeStore store;

  /**
   * What was removed, or would be.
   *
   * @param volumes by name
   * @param bytes what was in them
   */
  public record Result(List<String> volumes, long bytes, boolean dryRun) {
    /** Copies the list. */
    public Result {
      volumes = List.copyOf(volumes);
    }

    /** That is none. */
    public static Result nothing(boolean dryRun) {
      return new Result(List.of(), 0, dryRun);
    }
  }

  public VolumePrune(VolumeStore store) {
    this.store = store;
  }

  /**
   * Removes the anonymous ones; with all, the named ones too.
   *
   * @param dryRun only says which
   */
  public Result prune(boolean all, boolean dryRun) throws IOException {
    return prune(store.unused(Set.of()), all, dryRun);
  }

  /** The anonymous ones that would go if these runs were gone. */
  public Result wouldRemove(Set<String> runs) throws IOException {
    return prune(store.unused(runs), false, true);
  }

  private Result prune(List<Volume> unused, boolean all, boolean dryRun) throws IOException {
    List<String> removed = new ArrayList<>();
    long bytes = 0;
    for (Volume volume : unused) {
      if (all || volume.anonymous()) {
        long size = store.size(volume.name()).bytes();
        if (dryRun || store.remove(volume.name()) instanceof VolumeStore.Removal.Removed) {
          removed.add(volume.name());
          bytes += size;
        }
      }
    }
    return new Result(removed, bytes, dryRun);
  }
}
