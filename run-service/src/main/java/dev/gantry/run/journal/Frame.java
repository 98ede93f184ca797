package dev.gantry.run.journal;

/**
 * One entry of the journal.
 *
 * @param position grows by one from frame to frame and is never reused
 * @param kind what the payload is
 * @param run the run that it belongs to; empty where it belongs to none
 * @param payload not copied: nobody writes to it
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by position only.
public record Frame(long position, Kind kind, String run, byte[] payload) {}
