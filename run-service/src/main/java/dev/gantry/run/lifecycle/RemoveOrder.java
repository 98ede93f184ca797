package dev.gantry.run.lifecycle;

/**
 * A removal that was asked for.
 *
 * @param force whether a run that is not over is killed for it
 * @param volumes whether its anonymous volumes go with it
 */
public record RemoveOrder(boolean force, boolean volumes) {}
