package dev.gantry.linux.network;

/**
 * A network interface.
 *
 * @param kind how it was made ({@code bridge}, {@code veth}); empty for real ones
 * @param master the index of the bridge that it is a port of, or 0
 * @param peer the index of its other end (veth), in whatever namespace that is, or 0
 */
public record Link(int index, String name, String kind, int master, int peer, boolean up) {}
