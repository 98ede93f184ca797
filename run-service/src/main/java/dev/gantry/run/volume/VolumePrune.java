package dev.gantry.run.volume;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
    List<String> removed = new ArrayList<>();
    long bytes = 0;
    for (Volume volume : store.unused()) {
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
