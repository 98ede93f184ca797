package dev.gantry.oci.layer;

import dev.gantry.oci.tar.TarEntry;
import org.jspecify.annotations.Nullable;

/**
 * How an archive is unpacked.
 *
 * @param devices whether device nodes are made; else they are left out and counted
 * @param owners whether entries get the owners that the archive names; else root's
 * @param place what is there already
 */
public record UnpackOptions(
    LayerLimits limits, Whiteouts whiteouts, boolean devices, boolean owners, Place place) {
  /** Where an archive is unpacked. */
  public sealed interface Place {
    /** An empty directory: an entry replaces whatever came before it under its name. */
    record Fresh() implements Place {}

    /**
     * A directory of an image that is being made, with content: as {@link Fresh}.
     *
     * @param owner of everything, in place of whom the archive names; absent: as it names them
     */
    record Image(TarEntry.@Nullable Owner owner) implements Place {}

    /**
     * A directory of a container, with content: a file replaces a file, but a directory is never
     * replaced, nor anything by a directory. Ids that no container has become nobody's.
     *
     * @param idBase added to every owner: where ids on disk are those of the container's range
     */
    record Container(int idBase) implements Place {
      private static final int IDS = 65_536;
      private static final int NOBODY = 65_534;

      int id(int named) {
        return idBase + (named >= 0 && named < IDS ? named : NOBODY);
      }
    }
  }

  /** What an entry called {@code .wh.…} means. */
  public enum Whiteouts {
    /** It hides something in a lower layer: it becomes what the overlay file system understands. */
    OVERLAY,
    /** Refused: for archives that are no layers but will become part of one. */
    REFUSED
  }

  /** A layer for use below an overlay. */
  public static final UnpackOptions LAYER =
      new UnpackOptions(LayerLimits.DEFAULT, Whiteouts.OVERLAY, false, true, new Place.Fresh());

  /** A mere archive, such as a build context or a root file system. */
  public static final UnpackOptions ARCHIVE =
      new UnpackOptions(LayerLimits.DEFAULT, Whiteouts.REFUSED, false, true, new Place.Fresh());

  /** The same with other limits. */
  public UnpackOptions with(LayerLimits otherLimits) {
    return new UnpackOptions(otherLimits, whiteouts, devices, owners, place);
  }

  /** The same into an image, with devices. */
  public UnpackOptions into(Place.Image image) {
    return new UnpackOptions(limits, whiteouts, true, owners, image);
  }

  /** The same into a container. */
  public UnpackOptions into(Place.Container container) {
    return new UnpackOptions(limits, whiteouts, devices, owners, container);
  }
}
