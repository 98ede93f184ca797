package dev.gantry.run.lifecycle;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.isolation.sandbox.ExitRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt of a run ended.
 *
 * @param code null: nobody can know
 * @param signal that ended it
 * @param startedAt null: it was never executed
 * @param message what a person should know beyond the reason
 */
record End(
    @Nullable Integer code,
    @Nullable Integer signal,
    boolean oomKilled,
    ReasonCode reason,
    @Nullable Instant startedAt,
    Instant exitedAt,
    @Nullable String message) {
  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_STARTED = 125;

  /**
   * From the record that a sandbox left.
   *
   * @param asked why somebody ended it; null: nobody did
   */
  static End of(ExitRecord record, @Nullable ReasonCode asked) {
    if (isLost(record)) {
      return lost(record.startedAt(), record.exitedAt(), "its supervising process was killed");
    }
    return new End(
        record.code(),
        boxed(record.signal()),
        record.oomKilled(),
        reason(record, asked),
        notExecuted(record) ? null : record.startedAt(),
        record.exitedAt(),
        message(record));
  }

  /** Nobody can say how it ended. */
  static End lost(@Nullable Instant startedAt, Instant noticed, String message) {
    return new End(null, null, false, ReasonCode.HOST_LOST, startedAt, noticed, message);
  }

  /** It could not be started once more. */
  static End notStarted(Instant at, String message) {
    return new End(NOT_STARTED, null, false, ReasonCode.START_FAILED, null, at, message);
  }

  /** How the last attempt of a run ended that waits for its next. */
  static End of(RunEvent.Restarting attempt, ReasonCode reason) {
    return new End(
        attempt.code(),
        attempt.signal(),
        attempt.oomKilled(),
        reason,
        attempt.startedAt(),
        attempt.exitedAt(),
        attempt.message());
  }

  /** Whether the command of a sandbox was never executed. */
  static boolean notExecuted(ExitRecord record) {
    return record.failure().filter(f -> f.stage().equals(ExitRecord.EXEC)).isPresent();
  }

  /** Whether this is the end of which a restarting run has told already. */
  boolean isToldBy(RunLifecycle.Restarting state) {
    RunEvent.Restarting told = state.attempt();
    return (startedAt != null && startedAt.equals(told.startedAt()))
        || exitedAt.equals(told.exitedAt());
  }

  boolean failed() {
    return code == null || code != 0;
  }

  /** How long it was executing. */
  Duration ran() {
    return startedAt == null ? Duration.ZERO : Duration.between(startedAt, exitedAt);
  }

  /** The fact of the exit, where the code is known. */
  RunEvent.Exited exited(RunEvent.About about, int known) {
    return new RunEvent.Exited(
        about, known, signal, oomKilled, reason, startedAt, exitedAt, message);
  }

  /** The fact that another attempt follows. */
  RunEvent.Restarting restarting(RunEvent.About about, RestartRules.Decision.Again again) {
    return new RunEvent.Restarting(
        about,
        code,
        signal,
        oomKilled,
        again.requested() ? ReasonCode.RESTART_REQUESTED : reason,
        startedAt,
        exitedAt,
        again.restarts(),
        again.delay().toMillis(),
        message);
  }

  private static boolean isLost(ExitRecord record) {
    return record.failure().filter(f -> f.stage().equals(ExitRecord.SHIM_LOST)).isPresent();
  }

  private static ReasonCode reason(ExitRecord record, @Nullable ReasonCode asked) {
    if (notExecuted(record)) {
      return switch (record.code()) {
        case NOT_FOUND -> ReasonCode.COMMAND_NOT_FOUND;
        case NOT_EXECUTABLE -> ReasonCode.COMMAND_NOT_EXECUTABLE;
        default -> ReasonCode.START_FAILED;
      };
    }
    if (record.oomKilled() && record.code() != 0) {
      return ReasonCode.OOM_KILLED;
    }
    if (asked != null) {
      return asked;
    }
    if (record.signal().isPresent()) {
      return ReasonCode.SIGNALLED;
    }
    return record.code() == 0 ? ReasonCode.COMPLETED : ReasonCode.FAILED;
  }

  private static @Nullable String message(ExitRecord record) {
    return record
        .failure()
        .map(failure -> failure.detail().isEmpty() ? failure.stage() : failure.detail())
        .orElse(null);
  }

  private static @Nullable Integer boxed(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
