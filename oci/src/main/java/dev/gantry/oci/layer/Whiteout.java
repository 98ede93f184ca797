package dev.gantry.oci.layer;

/**
 * How layers say that something is gone (image-spec, layer.md, Whiteouts), and how overlayfs does.
 */
final class Whiteout {
  static final String PREFIX = ".wh.";

  /** Hides everything that lower layers have in its directory. */
  static final String OPAQUE = ".wh..wh..opq";

  /** Bookkeeping of aufs in very old layers; means nothing. */
  static final String AUFS_PREFIX = ".wh..wh.";

  static final String OPAQUE_XATTR = "trusted.overlay.opaque";
  static final String USER_OPAQUE_XATTR = "user.overlay.opaque";
  static final byte[] OPAQUE_VALUE = {'y'};

  private Whiteout() {}
}
