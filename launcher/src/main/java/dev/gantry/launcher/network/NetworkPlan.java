package dev.gantry.launcher.network;

import dev.gantry.launcher.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The names and ranges by which an instance's containers differ from every other's on this host.
 * The default instance has fixed ones. Another instance gets one of 78 slots, each with two subnets
 * of 16,382 addresses and 22 million user ids; the first slot, counted from a hash of its name,
 * whose subnets no route of the host touches.
 *
 * @param cgroupParent the cgroup below which all its containers are
 */
public record NetworkPlan(
    String runBridge,
    String runSubnet,
    String buildBridge,
    String buildSubnet,
    String cgroupParent,
    long runIdBase,
    long buildIdBase) {
  private static final int SLOTS = 78;
  private static final int FIRST_OCTET = 212;
  private static final int SLOTS_PER_OCTET = 2;
  private static final long FIRST_ID = 400_000_000L;
  private static final long IDS_PER_SLOT = 22_000_000L;
  private static final long RUN_IDS_PER_SLOT = 16_000_000L;

  /** Plans for an instance that has no plan yet. */
  public static NetworkPlan of(Settings settings) throws IOException {
    return settings.isDefaultInstance()
        ? new NetworkPlan(
            "gantry0",
            "10.210.0.0/16",
            "gantryb0",
            "10.211.0.0/16",
            "gantry",
            200_000_000L,
            300_000_000L)
        : of(settings.instance(), Files.readAllLines(Path.of("/proc/net/route")));
  }

  /** The plan of a named instance on a host with these routes (lines of /proc/net/route). */
  static NetworkPlan of(String instance, List<String> routes) throws IOException {
    byte[] hash = sha256(instance);
    String prefix = "g" + HexFormat.of().formatHex(hash, 0, 3);
    int start = ((hash[3] & 0xff) << 8 | (hash[4] & 0xff)) % SLOTS;
    for (int i = 0; i < SLOTS; i++) {
      int slot = (start + i) % SLOTS;
      int octet = FIRST_OCTET + slot / SLOTS_PER_OCTET;
      int third = slot % SLOTS_PER_OCTET * 128;
      if (Routes.free(routes, octet, third, 128)) {
        return new NetworkPlan(
            prefix + "r0",
            "10." + octet + "." + third + ".0/18",
            prefix + "b0",
            "10." + octet + "." + (third + 64) + ".0/18",
            "gantry-" + instance,
            FIRST_ID + slot * IDS_PER_SLOT,
            FIRST_ID + slot * IDS_PER_SLOT + RUN_IDS_PER_SLOT);
      }
    }
    throw new IOException("all subnets from 10." + FIRST_OCTET + ".0.0 to 10.250.255.255 are used");
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
