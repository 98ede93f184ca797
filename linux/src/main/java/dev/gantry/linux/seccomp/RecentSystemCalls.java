package dev.gantry.linux.seccomp;

import java.util.Map;
import java.util.OptionalInt;

/**
 * System calls that the libseccomp of current distributions does not know by name. Since number 424
 * they have the same number on every architecture.
 */
public final class RecentSystemCalls {
  /** The highest number that is known here: calls above it did not exist when this was written. */
  public static final int LAST = 466;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("process_mrelease", 448),
          Map.entry("futex_waitv", 449),
          Map.entry("set_mempolicy_home_node", 450),
          Map.entry("cachestat", 451),
          Map.entry("fchmodat2", 452),
          Map.entry("map_shadow_stack", 453),
          Map.entry("futex_wake", 454),
          Map.entry("futex_wait", 455),
          Map.entry("futex_requeue", 456),
          Map.entry("statmount", 457),
          Map.entry("listmount", 458),
          Map.entry("lsm_get_self_attr", 459),
          Map.entry("lsm_set_self_attr", 460),
          Map.entry("lsm_list_modules", 461),
          Map.entry("mseal", 462),
          Map.entry("setxattrat", 463),
          Map.entry("getxattrat", 464),
          Map.entry("listxattrat", 465),
          Map.entry("removexattrat", LAST));

  private RecentSystemCalls() {}

  /** The number of a recent call. */
  public static OptionalInt number(String systemCall) {
    Integer number = NUMBERS.get(systemCall);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }
}
