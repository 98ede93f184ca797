package dev.gantry.launcher.process;

import java.time.Instant;

/** What a child is doing. */
public sealed interface ChildStatus {
  /** Its process, 0 when there is none. */
  long pid();

  /** How often it was started; more than once when it died. */
  int starts();

  /** It runs and does not serve yet. */
  record Starting(long pid, Instant startedAt, int starts) implements ChildStatus {}

  /** It serves. */
  record Ready(long pid, Instant startedAt, int starts) implements ChildStatus {}

  /** It ended and will be started again. */
  record Dead(int starts, int exitCode) implements ChildStatus {
    @Override
    public long pid() {
      return 0;
    }
  }

  /** It was stopped for good. */
  record Stopped(int starts) implements ChildStatus {
    @Override
    public long pid() {
      return 0;
    }
  }
}
