package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a run may use at most; absent: what the host's own default allows.
 *
 * @param memoryBytes of the whole run; over it the kernel kills
 * @param cpus as a share of CPU time, 1.5 is one and a half CPUs
 * @param pids processes and threads at a time
 */
public record Resources(
    @JsonProperty("memory") @Nullable Long memoryBytes,
    @Nullable Double cpus,
    @Nullable Integer pids) {
  /** No limit asked for. */
  public static final Resources UNLIMITED = new Resources(null, null, null);

  private static final long MEMORY_BYTES_MIN = 4L << 20;
  private static final double CPUS_MIN = 0.01;
  private static final double CPUS_MAX = 4096;
  private static final int PIDS_MAX = 4_194_304;

  static Parsed<Resources> parse(Fields fields) {
    Long memory = fields.byteSize("memory", MEMORY_BYTES_MIN);
    Double cpus = fields.number("cpus", CPUS_MIN, CPUS_MAX);
    Integer pids = fields.integer("pids", 1, PIDS_MAX);
    return fields.finish(() -> new Resources(memory, cpus, pids));
  }
}
