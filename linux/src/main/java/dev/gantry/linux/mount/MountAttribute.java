package dev.gantry.linux.mount;

import java.util.Set;

/** A property of a mount (mount_setattr(2)). */
public enum MountAttribute {
  READ_ONLY(0x1),
  NO_SETUID(0x2),
  NO_DEVICES(0x4),
  NO_EXECUTION(0x8);

  private final int bit;

  MountAttribute(int bit) {
    this.bit = bit;
  }

  static int bits(Set<MountAttribute> attributes) {
    return attributes.stream().mapToInt(attribute -> attribute.bit).reduce(0, (a, b) -> a | b);
  }
}
