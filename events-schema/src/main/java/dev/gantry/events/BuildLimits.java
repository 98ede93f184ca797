package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a build may use; absent, or more than that: what the service allows.
 *
 * @param memoryBytes of a step
 * @param cpus of a step, as a share: 1.5 is one and a half CPUs
 * @param pids processes and threads of a step at a time
 * @param diskBytes what all steps together may write
 * @param outputBytes how long the log may become
 * @param timeoutSeconds from its first step to its end
 */
public record BuildLimits(
    @JsonProperty("memory") @Nullable Long memoryBytes,
    @Nullable Double cpus,
    @Nullable Integer pids,
    @JsonProperty("disk") @Nullable Long diskBytes,
    @JsonProperty("output") @Nullable Long outputBytes,
    @Nullable Integer timeoutSeconds) {
  /** Nothing said. */
  public static final BuildLimits UNSAID = new BuildLimits(null, null, null, null, null, null);

  private static final long MEMORY_BYTES_MIN = 4L << 20;
  private static final long OUTPUT_BYTES_MIN = 4096;
  private static final double CPUS_MIN = 0.01;
  private static final double CPUS_MAX = 4096;
  private static final int PIDS_MAX = 4_194_304;
  private static final int SECONDS_MAX = 7 * 24 * 3600;

  static Parsed<BuildLimits> parse(Fields fields) {
    BuildLimits limits =
        new BuildLimits(
            fields.byteSize("memory", MEMORY_BYTES_MIN),
            fields.number("cpus", CPUS_MIN, CPUS_MAX),
            fields.integer("pids", 1, PIDS_MAX),
            fields.byteSize("disk", 1),
            fields.byteSize("output", OUTPUT_BYTES_MIN),
            fields.integer("timeoutSeconds", 1, SECONDS_MAX));
    return fields.finish(() -> limits);
  }
}
