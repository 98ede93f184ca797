package dev.gantry.oci.layer;

/**
 * How an archive is unpacked.
 *
 * @param devices whether device nodes are made; else they are left out and counted
 * @param owners whether entries get the owners that the archive names; else root's
 */
public record UnpackOptions(
    LayerLimits limits, Whiteouts whiteouts, boolean devices, boolean owners) {
  /** What an entry called {@code .wh.…} means. */
  public enum Whiteouts {
    /** It hides something in a lower layer: it becomes what the overlay file system understands. */
    OVERLAY,
    /** Refused: for archives that are no layers but will become part of one. */
    REFUSED
  }

  /** A layer for use below an overlay. */
  public static final UnpackOptions LAYER =
      new UnpackOptions(LayerLimits.DEFAULT, Whiteouts.OVERLAY, false, true);

  /** A mere archive, such as a build context or a root file system. */
  public static final UnpackOptions ARCHIVE =
      new UnpackOptions(LayerLimits.DEFAULT, Whiteouts.REFUSED, false, true);

  /** The same with other limits. */
  public UnpackOptions with(LayerLimits otherLimits) {
    return new UnpackOptions(otherLimits, whiteouts, devices, owners);
  }
}
