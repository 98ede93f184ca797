package dev.gantry.isolation.cgroup;

import java.util.OptionalLong;

/** What a group may do with a device in a second; empty means no limit. */
public record IoLimit(
    BlockDevice device,
    OptionalLong readBytes,
    OptionalLong writeBytes,
    OptionalLong readOperations,
    OptionalLong writeOperations) {
  private static final long OPERATIONS_MAX = 0xffff_ffffL;

  /** Refuses what the kernel would. */
  public IoLimit {
    readBytes.ifPresent(value -> require("readBytes", value, Long.MAX_VALUE));
    writeBytes.ifPresent(value -> require("writeBytes", value, Long.MAX_VALUE));
    readOperations.ifPresent(value -> require("readOperations", value, OPERATIONS_MAX));
    writeOperations.ifPresent(value -> require("writeOperations", value, OPERATIONS_MAX));
  }

  /** No limit for a device. */
  static IoLimit none(BlockDevice device) {
    return new IoLimit(
        device,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static void require(String name, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ", the least is 1, the most " + most);
    }
  }
}
