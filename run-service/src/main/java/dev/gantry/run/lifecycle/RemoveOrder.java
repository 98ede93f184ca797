package dev.gantry.run.lifecycle;

/**
 * A removal that was asked for.
 *
 * @param force whether a run that is not over is killed for it
 */
public record RemoveOrder(boolean force) {}
