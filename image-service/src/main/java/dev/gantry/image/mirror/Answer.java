package dev.gantry.image.mirror;

/** What came of a question to an upstream. */
sealed interface Answer<T> {
  /** This. */
  record Got<T>(T value) implements Answer<T> {}

  /** Nothing. */
  record Nothing<T>(Failure why) implements Answer<T> {}
}
