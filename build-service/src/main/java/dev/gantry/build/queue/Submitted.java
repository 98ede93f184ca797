package dev.gantry.build.queue;

/** What became of a submission. */
public enum Submitted {
  /** It is durable, and a build of its own. */
  NEW,
  /** The same was submitted before. */
  KNOWN,
  /** Something else was submitted under the same id before; nothing changed. */
  OTHER,
  /** As many builds wait as may; nothing changed. */
  FULL
}
