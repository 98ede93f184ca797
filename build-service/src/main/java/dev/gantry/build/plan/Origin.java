package dev.gantry.build.plan;

/** Where a file system comes from: the base of a stage, or the sources of a COPY. */
public sealed interface Origin {
  /** Nothing at all. */
  record Scratch() implements Origin {}

  /** The build context. */
  record Context() implements Origin {}

  /** An earlier stage of the same file. */
  record Earlier(int stage) implements Origin {}

  /** An image, by the reference as written. */
  record Image(String reference) implements Origin {}
}
