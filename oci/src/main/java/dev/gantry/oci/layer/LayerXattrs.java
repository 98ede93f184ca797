package dev.gantry.oci.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which extended attributes belong to an image: users' own, capabilities and access control lists.
 * Not those of the machine's security modules, nor the overlay file system's: with them a layer
 * could show a container what lies elsewhere in lower layers.
 */
public final class LayerXattrs {
  private static final String CAPABILITY = "security.capability";
  private static final int CAPABILITY_V2 = 0x02000000;
  private static final int CAPABILITY_V3 = 0x03000000;
  private static final int CAPABILITY_REVISION = 0xFF000000;
  private static final int CAPABILITY_V2_BYTES = 20;
  private static final int CAPABILITY_V3_BYTES = 24;

  private LayerXattrs() {}

  static boolean isOverlays(String name) {
    return name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.");
  }

  static boolean isCarried(String name) {
    return name.startsWith("user.") && !isOverlays(name)
        || name.equals(CAPABILITY)
        || name.equals("system.posix_acl_access")
        || name.equals("system.posix_acl_default");
  }

  /** Those of a file that its layer carries, in order. */
  public static Map<String, byte[]> carried(Map<String, byte[]> all) {
    Map<String, byte[]> carried = new TreeMap<>();
    all.forEach(
        (name, value) -> {
          if (isCarried(name)) {
            carried.put(name, name.equals(CAPABILITY) ? withoutNamespace(value) : value);
          }
        });
    return carried;
  }

  /**
   * Capabilities that were set inside a user namespace name the id of its root on this machine
   * (capabilities(7), version 3); in an image they are meant for whatever root there will be.
   */
  private static byte[] withoutNamespace(byte[] value) {
    int magic =
        value.length == CAPABILITY_V3_BYTES
            ? ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt(0)
            : 0;
    if ((magic & CAPABILITY_REVISION) != CAPABILITY_V3) {
      return value;
    }
    byte[] portable = Arrays.copyOf(value, CAPABILITY_V2_BYTES);
    ByteBuffer.wrap(portable)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0, magic & ~CAPABILITY_REVISION | CAPABILITY_V2);
    return portable;
  }
}
