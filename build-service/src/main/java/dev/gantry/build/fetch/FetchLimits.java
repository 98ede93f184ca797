package dev.gantry.build.fetch;

import java.time.Duration;

/**
 * How much a fetch may take.
 *
 * @param bytesMax of a file, or of everything that Git writes into one
 * @param silenceMax how long a server may say nothing
 * @param timeMax of all of it
 */
public record FetchLimits(long bytesMax, Duration silenceMax, Duration timeMax) {
  /** Refuses what is not positive. */
  public FetchLimits {
    if (bytesMax < 1 || !silenceMax.isPositive() || !timeMax.isPositive()) {
      throw new IllegalArgumentException("limits of a fetch must be positive");
    }
  }

  /** With the usual patience: a minute of silence, half an hour in all. */
  public static FetchLimits of(long bytesMax) {
    return new FetchLimits(bytesMax, Duration.ofMinutes(1), Duration.ofMinutes(30));
  }
}
