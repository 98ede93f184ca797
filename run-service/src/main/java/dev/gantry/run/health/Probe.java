package dev.gantry.run.health;

import java.io.IOException;
import java.time.Duration;

/** A way to find out whether a run does its work. */
interface Probe extends AutoCloseable {
  /** What was found, and what was said about it. */
  record Finding(boolean ok, String output) {}

  /**
   * Looks once. Blocks, at most for about the timeout; what did not end by then has failed, and
   * does not go on.
   *
   * @throws IOException when it could not be tried, which is a failure, too
   */
  Finding look(Duration timeout) throws IOException, InterruptedException;

  /** Ends a look that is under way, soon; a repeated call does nothing. */
  @Override
  void close();
}
