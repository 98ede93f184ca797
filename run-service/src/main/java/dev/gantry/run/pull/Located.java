package dev.gantry.run.pull;

/** What an image's name means now. */
public sealed interface Located {
  /** A manifest or index. */
  record At(String digest) implements Located {}

  /** Nothing, or nobody can say. */
  record Nowhere(Fetched.Failed why) implements Located {}
}
