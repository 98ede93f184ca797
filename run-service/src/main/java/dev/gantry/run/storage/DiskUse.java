package dev.gantry.run.storage;

/**
 * What is on the disk, as {@code docker system df} has it.
 *
 * @param images layers unpacked, each counted once
 * @param runs what runs have changed in their file systems
 * @param logs what runs wrote, those that are removed too
 */
public record DiskUse(Images images, Part runs, Part logs, Part volumes) {
  /**
   * One kind of thing.
   *
   * @param active how many are in use
   * @param reclaimableBytes of those that are not
   */
  public record Part(int count, int active, long bytes, long reclaimableBytes) {}

  /**
   * Images.
   *
   * @param layers how many layers they have together
   * @param sharedBytes of layers that several images have
   */
  public record Images(
      int count, int active, int layers, long bytes, long sharedBytes, long reclaimableBytes) {}
}
