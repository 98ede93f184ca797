package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.At;

/**
 * One step of a build.
 *
 * @param number from 1, contiguous over the stages that are built
 * @param at the instruction it came from
 * @param canonical the instruction with everything expanded, as cache keys see it
 * @param operation what it does
 */
public record PlannedStep(int number, At at, String canonical, Operation operation) {}
