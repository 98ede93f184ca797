package dev.gantry.oci.layer;

import dev.gantry.oci.image.MediaTypes;

/** How a layer is compressed. */
public enum Compression {
  NONE(MediaTypes.OCI_LAYER_TAR, 0),
  GZIP(MediaTypes.OCI_LAYER_GZIP, 6),
  ZSTD(MediaTypes.OCI_LAYER_ZSTD, 3);

  private final String mediaType;
  private final int defaultLevel;

  Compression(String mediaType, int defaultLevel) {
    this.mediaType = mediaType;
    this.defaultLevel = defaultLevel;
  }

  /** OCI's media type of such a layer. */
  public String mediaType() {
    return mediaType;
  }

  /** The level of the usual trade between time and size. */
  public int defaultLevel() {
    return defaultLevel;
  }
}
