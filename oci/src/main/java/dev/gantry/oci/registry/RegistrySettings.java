package dev.gantry.oci.registry;

import java.time.Duration;

/**
 * How patient a {@link RegistryClient} is.
 *
 * @param connectMax until a connection stands
 * @param silenceMax until a registry answers, and between two pieces of a body
 * @param triesMax how often a request is sent that may be repeated; 1: once
 * @param backoff before the second try; doubled for each further one
 */
public record RegistrySettings(
    Duration connectMax, Duration silenceMax, int triesMax, Duration backoff) {
  public static final RegistrySettings DEFAULT =
      new RegistrySettings(
          Duration.ofSeconds(5), Duration.ofSeconds(30), 4, Duration.ofMillis(200));

  /** Refuses less than one try. */
  public RegistrySettings {
    if (triesMax < 1) {
      throw new IllegalArgumentException("triesMax is " + triesMax + ", must be at least 1");
    }
  }
}
