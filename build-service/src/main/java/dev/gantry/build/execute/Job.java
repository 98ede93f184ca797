package dev.gantry.build.execute;

import dev.gantry.build.log.BuildLog;
import dev.gantry.events.BuildSpec;

/**
 * One attempt at a build.
 *
 * @param name unique on this host, made of letters, digits and hyphens
 * @param secrets those that came with it
 */
public record Job(
    String name,
    BuildSpec spec,
    BuildLog log,
    Cancellation cancellation,
    Progress progress,
    Secrets secrets) {
  /** The same build, with another wish to end it. */
  Job with(Cancellation other, Progress heard) {
    return new Job(name, spec, log, other, heard, secrets);
  }
}
