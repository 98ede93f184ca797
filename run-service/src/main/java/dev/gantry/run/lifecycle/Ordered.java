package dev.gantry.run.lifecycle;

import java.util.concurrent.CompletableFuture;

/**
 * A command that was given.
 *
 * @param durable completes when it will have its effect whatever happens to the service
 * @param effect completes when it has had it
 */
public record Ordered(CompletableFuture<?> durable, CompletableFuture<Command.Effect> effect) {
  /** One that has had its effect. */
  static Ordered done() {
    return new Ordered(
        CompletableFuture.completedFuture(null),
        CompletableFuture.completedFuture(new Command.Effect.Done()));
  }
}
