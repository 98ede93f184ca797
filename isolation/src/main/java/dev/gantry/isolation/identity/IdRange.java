package dev.gantry.isolation.identity;

/** User and group ids of the host: {@code base} is root in the sandbox, and so on. */
public record IdRange(long base, int size) {
  /** How many ids each sandbox has: all that 16-bit programs and images know. */
  public static final int SIZE = 65_536;

  /** Refuses ranges that contain the host's own ids or exceed 32 bits. */
  public IdRange {
    if (base < SIZE || size < 1 || base + size > 0xffff_ffffL) {
      throw new IllegalArgumentException("id range " + base + "+" + size + " is not usable");
    }
  }
}
