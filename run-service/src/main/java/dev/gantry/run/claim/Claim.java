package dev.gantry.run.claim;

/**
 * A request as it is claimed.
 *
 * @param run the id of the run, derived from source and event id
 * @param source of the request
 * @param eventId of the request
 * @param request the request as a structured CloudEvent
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Claim(String run, String source, String eventId, byte[] request) {
  /** What came of an attempt. */
  public sealed interface Outcome {
    /** This host has it now; nobody had it before. */
    record Taken() implements Outcome {}

    /** This host had taken it before, but a crash may have come before its journal knew. */
    record Open() implements Outcome {}

    /** It has had its effect, here or on another host. */
    record Settled() implements Outcome {}
  }
}
