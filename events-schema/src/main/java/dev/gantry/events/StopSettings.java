package dev.gantry.events;

import org.jspecify.annotations.Nullable;

/**
 * How a run comes to its end.
 *
 * @param stopSignal in place of the image's
 * @param stopGraceSeconds between the stop signal and SIGKILL
 * @param removeOnExit as {@code docker run --rm}
 * @param ttlSeconds after its first start, at which it is stopped; absent: never
 */
public record StopSettings(
    @Nullable Signal stopSignal,
    int stopGraceSeconds,
    boolean removeOnExit,
    @Nullable Integer ttlSeconds) {
  /** Between the stop signal and SIGKILL when the request says nothing. */
  public static final int GRACE_SECONDS_DEFAULT = 10;

  static final int GRACE_SECONDS_MAX = 86_400;
  private static final int TTL_SECONDS_MAX = 10 * 366 * 86_400;

  static StopSettings read(Fields fields) {
    Integer grace = fields.integer("stopGraceSeconds", 0, GRACE_SECONDS_MAX);
    return new StopSettings(
        fields.parsed("stopSignal", Signal::parse),
        grace == null ? GRACE_SECONDS_DEFAULT : grace,
        fields.flag("removeOnExit"),
        fields.integer("ttlSeconds", 1, TTL_SECONDS_MAX));
  }
}
