package dev.gantry.build.execute;

/**
 * What builds may leave on this host for those that follow; what was not used for longest goes.
 *
 * @param layerBytes of unpacked layers
 * @param mountBytes of cache mounts
 */
public record Quota(long layerBytes, long mountBytes) {}
