package dev.gantry.isolation.cgroup;

import java.io.IOException;

/** A limit that a group cannot have now: more is in use, and cannot be taken away. */
public final class LimitRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  /** What is to be told to whoever asked. */
  public LimitRefusedException(String message) {
    super(message);
  }

  static LimitRefusedException memory(long limitBytes, long usedBytes) {
    return new LimitRefusedException(
        "memory cannot be limited to %d bytes: %d are in use and cannot be reclaimed"
            .formatted(limitBytes, usedBytes));
  }
}
