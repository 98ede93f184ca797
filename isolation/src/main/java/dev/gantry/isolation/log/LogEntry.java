package dev.gantry.isolation.log;

import java.time.Instant;

/**
 * A piece of what a sandbox wrote.
 *
 * @param time when it was read from the sandbox
 * @param bytes what was written, exactly, without the line feed that ends the line
 * @param partial the line goes on in the next entry of the same stream (a line feed was not read)
 */
public record LogEntry(Instant time, LogStream stream, byte[] bytes, boolean partial) {}
