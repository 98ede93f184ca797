package dev.gantry.run.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.sandbox.ExitRecord;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EndTest {
  private static final Instant STARTED = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void zeroIsCompleted() {
    assertThat(reason(record(0, 0, false), false)).isEqualTo(ReasonCode.COMPLETED);
  }

  @Test
  void anotherCodeIsFailed() {
    assertThat(reason(record(1, 0, false), false)).isEqualTo(ReasonCode.FAILED);
  }

  @Test
  void aSignalIsSignalled() {
    assertThat(reason(record(139, 11, false), false)).isEqualTo(ReasonCode.SIGNALLED);
  }

  @Test
  void whateverFollowsAStopIsStopped() {
    assertThat(reason(record(0, 0, false), true)).isEqualTo(ReasonCode.STOPPED);
  }

  @Test
  void wantOfMemoryIsNamedEvenWhenAStopWasAskedFor() {
    assertThat(reason(record(137, 9, true), true)).isEqualTo(ReasonCode.OOM_KILLED);
  }

  @Test
  void aRunThatSurvivesTheLossOfAChildCompletes() {
    assertThat(reason(record(0, 0, true), false)).isEqualTo(ReasonCode.COMPLETED);
  }

  @Test
  void aCommandThatIsMissingIsNamed() {
    assertThat(reason(notExecuted(127), false)).isEqualTo(ReasonCode.COMMAND_NOT_FOUND);
  }

  @Test
  void aCommandThatCannotBeExecutedIsNamed() {
    assertThat(reason(notExecuted(126), false)).isEqualTo(ReasonCode.COMMAND_NOT_EXECUTABLE);
  }

  @Test
  void whatWasNotExecutedHasNoStart() {
    assertThat(End.of(notExecuted(127), null).startedAt()).isNull();
  }

  @Test
  void theEndOfALostShimIsUnknown() {
    ExitRecord.Failure lost = new ExitRecord.Failure(ExitRecord.SHIM_LOST, 0, "");
    assertThat(
            End.of(
                    new ExitRecord(
                        137, OptionalInt.of(9), false, STARTED, STARTED, Optional.of(lost)),
                    null)
                .code())
        .isNull();
  }

  private static ReasonCode reason(ExitRecord record, boolean stopped) {
    return End.of(record, stopped ? ReasonCode.STOPPED : null).reason();
  }

  private static ExitRecord record(int code, int signal, boolean oomKilled) {
    return new ExitRecord(
        code,
        signal == 0 ? OptionalInt.empty() : OptionalInt.of(signal),
        oomKilled,
        STARTED,
        STARTED.plusSeconds(1),
        Optional.empty());
  }

  private static ExitRecord notExecuted(int code) {
    return new ExitRecord(
        code,
        OptionalInt.empty(),
        false,
        STARTED,
        STARTED,
        Optional.of(new ExitRecord.Failure(ExitRecord.EXEC, 2, "no-such-program")));
  }
}
