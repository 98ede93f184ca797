package dev.gantry.build.queue;

import java.util.Locale;

/** Where a build is; the last three are final. */
public enum BuildState {
  /** Durable, waiting for a worker. */
  QUEUED,
  /** A worker has it, or had it and died. */
  RUNNING,
  /** There is an image. */
  SUCCEEDED,
  /** There is none, for a reason. */
  FAILED,
  /** There is none, as wished. */
  CANCELLED;

  /** As in APIs and in the table. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state with that label. */
  public static BuildState of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }

  /** Whether nothing can follow. */
  public boolean isFinal() {
    return this != QUEUED && this != RUNNING;
  }
}
