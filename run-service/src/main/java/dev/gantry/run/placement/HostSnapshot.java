package dev.gantry.run.placement;

/**
 * A host as placement sees it.
 *
 * @param cpus that it has
 * @param runs that are not over there
 * @param runsMax that it takes at a time
 * @param draining whether it takes no new ones
 */
public record HostSnapshot(String host, int cpus, int runs, int runsMax, boolean draining) {}
