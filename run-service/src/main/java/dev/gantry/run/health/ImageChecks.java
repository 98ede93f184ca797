package dev.gantry.run.health;

import dev.gantry.events.HealthCheck;
import dev.gantry.oci.image.ImageHealthcheck;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The check of a run, from what its request and its image say. */
public final class ImageChecks {
  private static final double NANOS = 1e9;

  private ImageChecks() {}

  /** What is in force; empty: there is no check. */
  public static Optional<HealthCheck> merge(
      @Nullable HealthCheck asked, Optional<ImageHealthcheck> image) {
    Optional<HealthCheck> ofImage = image.flatMap(ImageChecks::read);
    Optional<HealthCheck> merged =
        asked == null ? ofImage : Optional.of(ofImage.map(asked::over).orElse(asked));
    return merged.filter(Checkups::isOne);
  }

  private static Optional<HealthCheck> read(ImageHealthcheck image) {
    HealthCheck.Timing timing =
        new HealthCheck.Timing(
            seconds(image.intervalNanos()),
            seconds(image.timeoutNanos()),
            image.retries() == 0 ? null : (int) Math.min(image.retries(), Integer.MAX_VALUE),
            seconds(image.startPeriodNanos()),
            seconds(image.startIntervalNanos()));
    List<String> test = image.test();
    if (test.isEmpty()) {
      return Optional.of(new HealthCheck(null, timing));
    }
    List<String> rest = test.subList(1, test.size());
    return switch (test.getFirst()) {
      case "NONE" -> Optional.of(new HealthCheck(new HealthCheck.Probe.None(), timing));
      case "CMD" ->
          rest.isEmpty()
              ? Optional.empty()
              : Optional.of(new HealthCheck(new HealthCheck.Probe.Exec(rest), timing));
      case "CMD-SHELL" ->
          rest.size() == 1
              ? Optional.of(new HealthCheck(new HealthCheck.Probe.Shell(rest.getFirst()), timing))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static @Nullable Double seconds(long nanos) {
    return nanos == 0 ? null : nanos / NANOS;
  }
}
