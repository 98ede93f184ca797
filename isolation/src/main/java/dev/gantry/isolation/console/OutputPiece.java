package dev.gantry.isolation.console;

import dev.gantry.isolation.log.LogStream;

/** Some bytes of output, as they came. */
public record OutputPiece(LogStream stream, byte[] bytes) {}
