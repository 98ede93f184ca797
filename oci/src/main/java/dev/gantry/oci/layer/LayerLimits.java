package dev.gantry.oci.layer;

/**
 * What an archive may take when it is unpacked; more is refused.
 *
 * @param unpackedBytesMax of the archive without compression, holes of sparse files counted
 * @param entriesMax how many entries
 * @param pathBytesMax of an entry's name, and of a link's target
 * @param depthMax how many directories above an entry
 */
public record LayerLimits(long unpackedBytesMax, long entriesMax, int pathBytesMax, int depthMax) {
  /** What no real layer reaches: 64 GiB, 2 million entries, the kernel's longest path. */
  public static final LayerLimits DEFAULT = new LayerLimits(64L << 30, 2_000_000, 4095, 256);
}
