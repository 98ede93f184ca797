package dev.gantry.isolation.console;

/**
 * How to take part in the input and output of a sandbox's own process.
 *
 * @param stdin whether what is written to {@link Exec#stdin()} becomes its input; only where its
 *     specification asked for one
 * @param replay whether its output comes from the beginning on, as far as the log has it, rather
 *     than from now on
 */
public record AttachSpec(boolean stdin, boolean replay) {}
