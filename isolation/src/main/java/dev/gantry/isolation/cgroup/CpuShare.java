package dev.gantry.isolation.cgroup;

import java.util.OptionalInt;

/** How much processor time a group gets, in the kernel's units, which differ by version. */
record CpuShare(CgroupLimits limits) {
  static final long PERIOD_MICROS = 100_000;

  private static final long QUOTA_MICROS_MIN = 1_000;
  private static final int WEIGHT_DEFAULT = 100;
  private static final long SHARES_DEFAULT = 1_024;
  private static final long SHARES_MIN = 2;
  private static final long SHARES_MAX = 262_144;

  /** In each period; or the text for none. */
  String quota(String none) {
    return limits.cpus().isEmpty()
        ? none
        : Long.toString(
            Math.max(QUOTA_MICROS_MIN, Math.round(limits.cpus().getAsDouble() * PERIOD_MICROS)));
  }

  /** Of version 2: 1 to 10000, 100 being everybody's. */
  long weight() {
    return Math.clamp(Math.round(weighed()), 1, CgroupLimits.WEIGHT_MAX);
  }

  /** Of version 1: in proportion, 1024 being everybody's. */
  long shares() {
    return Math.clamp(
        Math.round(weighed() * SHARES_DEFAULT / WEIGHT_DEFAULT), SHARES_MIN, SHARES_MAX);
  }

  private double weighed() {
    OptionalInt weight = limits.cpuWeight();
    return weight.isPresent() ? weight.getAsInt() : limits.cpus().orElse(1) * WEIGHT_DEFAULT;
  }

  /** The weights of the BFQ scheduler end at 1000, and have 100 for everybody, too. */
  static long bfqWeight(int weight) {
    return weight <= WEIGHT_DEFAULT
        ? weight
        : WEIGHT_DEFAULT
            + (weight - WEIGHT_DEFAULT) * 900L / (CgroupLimits.WEIGHT_MAX - WEIGHT_DEFAULT);
  }
}
