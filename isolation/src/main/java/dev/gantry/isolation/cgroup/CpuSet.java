package dev.gantry.isolation.cgroup;

import java.util.BitSet;
import java.util.regex.Pattern;

/** Some processors of the host, numbered as the kernel does (cpuset(7), "List format"). */
public final class CpuSet {
  private static final int CPUS_MAX = 8192;
  private static final int TEXT_LENGTH_MAX = 4096;
  private static final Pattern FORMAT =
      Pattern.compile("\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*");
  private static final Pattern COMMA = Pattern.compile(",");

  private final BitSet cpus;

  private CpuSet(BitSet cpus) {
    this.cpus = cpus;
  }

  /**
   * Reads a list: {@code 0-1,3}.
   *
   * @throws IllegalArgumentException when it is none, or is empty
   */
  public static CpuSet parse(String text) {
    if (text.length() > TEXT_LENGTH_MAX || !FORMAT.matcher(text).matches()) {
      throw new IllegalArgumentException("not a list of processors as 0-1,3");
    }
    BitSet cpus = new BitSet();
    for (String range : COMMA.split(text)) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      if (last < first || last >= CPUS_MAX) {
        throw new IllegalArgumentException(
            range + " is not a range of processors below " + CPUS_MAX);
      }
      cpus.set(first, last + 1);
    }
    return new CpuSet(cpus);
  }

  /** Whether all of the others are among these. */
  public boolean containsAll(CpuSet others) {
    BitSet missing = (BitSet) others.cpus.clone();
    missing.andNot(cpus);
    return missing.isEmpty();
  }

  /** How many they are. */
  public int size() {
    return cpus.cardinality();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CpuSet set && set.cpus.equals(cpus);
  }

  @Override
  public int hashCode() {
    return cpus.hashCode();
  }

  /** The shortest list. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int first = cpus.nextSetBit(0); first >= 0; ) {
      int end = cpus.nextClearBit(first);
      text.append(text.isEmpty() ? "" : ",").append(first);
      text.append(end - first > 1 ? "-" + (end - 1) : "");
      first = cpus.nextSetBit(end);
    }
    return text.toString();
  }
}
