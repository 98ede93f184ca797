package dev.gantry.isolation.sandbox;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a sandbox ended, as its shim wrote it down before it left.
 *
 * @param code the exit code as a shell reports it: 128 + signal when signalled, 127 when the
 *     command does not exist, 126 when it cannot be executed
 * @param signal the signal that ended the first process, where one did
 * @param oomKilled whether the kernel killed a process of the sandbox for want of memory
 * @param startedAt when the command was executed
 * @param exitedAt when the first process ended; for a lost shim, when that was noticed
 * @param failure what went wrong on our side: the command could not be executed, or the shim was
 *     lost
 */
public record ExitRecord(
    int code,
    OptionalInt signal,
    boolean oomKilled,
    Instant startedAt,
    Instant exitedAt,
    Optional<Failure> failure) {

  /** The stage of a failure when the shim ended without a record (somebody killed it). */
  public static final String SHIM_LOST = "shim-lost";

  /** The stage of a failure when the command could not be executed. */
  public static final String EXEC = "exec";

  /**
   * What failed.
   *
   * @param stage the shim's stage, or {@link #SHIM_LOST}
   * @param errno the error number, or 0
   * @param detail what it was about; may be empty
   */
  public record Failure(String stage, int errno, String detail) {}
}
