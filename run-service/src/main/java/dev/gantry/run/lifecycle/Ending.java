package dev.gantry.run.lifecycle;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.isolation.sandbox.ExitRecord;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Says how a run ended, from the record that its sandbox left. */
final class Ending {
  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;

  private Ending() {}

  /** The fact of the exit. */
  static RunEvent.Exited exited(RunEvent.About about, ExitRecord record, boolean stopped) {
    boolean executed = !notExecuted(record);
    return new RunEvent.Exited(
        about,
        record.code(),
        boxed(record.signal()),
        record.oomKilled(),
        reason(record, stopped),
        executed ? record.startedAt() : null,
        record.exitedAt(),
        message(record));
  }

  /** Whether how it ended is unknown, for whoever watched it is gone. */
  static boolean unknown(ExitRecord record) {
    return record.failure().filter(f -> f.stage().equals(ExitRecord.SHIM_LOST)).isPresent();
  }

  /** Whether the command was never executed. */
  static boolean notExecuted(ExitRecord record) {
    return record.failure().filter(f -> f.stage().equals(ExitRecord.EXEC)).isPresent();
  }

  private static ReasonCode reason(ExitRecord record, boolean stopped) {
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
    if (stopped) {
      return ReasonCode.STOPPED;
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
