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

  /** What begins with these bytes; what is neither gzip nor zstd counts as plain. */
  static Compression detect(byte[] magic) {
    if (magic.length >= 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
      return GZIP;
    }
    boolean standard =
        magic.length >= 4
            && magic[0] == 0x28
            && magic[1] == (byte) 0xb5
            && magic[2] == 0x2f
            && magic[3] == (byte) 0xfd;
    // A stream may also begin with a skippable frame (RFC 8878, 3.1.2).
    boolean skippable =
        magic.length >= 4
            && (magic[0] & 0xf0) == 0x50
            && magic[1] == 0x2a
            && magic[2] == 0x4d
            && magic[3] == 0x18;
    return standard || skippable ? ZSTD : NONE;
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
