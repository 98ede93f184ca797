package dev.gantry.oci.layer;

/**
 * How a layer is written.
 *
 * @param level of the compression, as its own scale has it
 * @param idBase subtracted from every owner: where ids on disk are those of a container's id range.
 *     An owner below it is an error
 */
public record LayerOptions(Compression compression, int level, LayerTimes times, int idBase) {
  /** Gzip at its usual level, times and owners kept. */
  public static final LayerOptions DEFAULT = of(Compression.GZIP);

  /** This compression at its usual level, times and owners kept. */
  public static LayerOptions of(Compression compression) {
    return new LayerOptions(compression, compression.defaultLevel(), new LayerTimes.Kept(), 0);
  }

  /** The same with other times. */
  public LayerOptions with(LayerTimes otherTimes) {
    return new LayerOptions(compression, level, otherTimes, idBase);
  }

  /** The same with another id base. */
  public LayerOptions withIdBase(int base) {
    return new LayerOptions(compression, level, times, base);
  }
}
