package dev.gantry.build.execute;

import dev.gantry.build.log.BuildLog;
import dev.gantry.events.BuildSpec;

/**
 * One attempt at a build.
 *
 * @param name unique on this host, made of letters, digits and hyphens
 */
public record Job(
    String name, BuildSpec spec, BuildLog log, Cancellation cancellation, Progress progress) {}
