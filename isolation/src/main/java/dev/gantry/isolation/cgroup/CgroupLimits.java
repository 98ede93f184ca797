package dev.gantry.isolation.cgroup;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the processes of a group may use together; empty means no limit.
 *
 * @param memoryBytes memory, page cache included
 * @param reservationBytes memory that is taken from others first when the host runs short; not more
 *     than {@code memoryBytes}
 * @param swapBytes swap beyond {@code memoryBytes}, which must be present then; empty: none where
 *     memory is limited, else no limit
 * @param cpus processor time per time: 1.5 is one and a half processors
 * @param cpuWeight the group's share against others when processors are scarce, 1 to 10000, 100
 *     being everybody's; empty: it follows {@code cpus}, a processor being worth 100
 * @param cpuset the processors that it may run on
 * @param pids number of processes and threads
 * @param ioWeight its share against others when a disk is scarce, 1 to 10000
 * @param io what it may do with a device in a second, one entry for each
 */
public record CgroupLimits(
    OptionalLong memoryBytes,
    OptionalLong reservationBytes,
    OptionalLong swapBytes,
    OptionalDouble cpus,
    OptionalInt cpuWeight,
    Optional<CpuSet> cpuset,
    OptionalInt pids,
    OptionalInt ioWeight,
    List<IoLimit> io) {
  /** The least memory that a group can be limited to: below it not even an exec succeeds. */
  public static final long MEMORY_BYTES_MIN = 1 << 20;

  /** The greatest weight. */
  public static final int WEIGHT_MAX = 10_000;

  /** No limits at all. */
  public static final CgroupLimits NONE = builder().build();

  private static final double CPUS_MIN = 0.01;
  private static final double CPUS_MAX = 100_000;

  /** Refuses limits that the kernel would refuse or round to something else. */
  public CgroupLimits {
    io = List.copyOf(io);
    memoryBytes.ifPresent(bytes -> require("memoryBytes", bytes, MEMORY_BYTES_MIN, Long.MAX_VALUE));
    requireWithinMemory(memoryBytes, reservationBytes);
    swapBytes.ifPresent(bytes -> require("swapBytes", bytes, 0, Long.MAX_VALUE));
    if (swapBytes.isPresent() && memoryBytes.isEmpty()) {
      throw new IllegalArgumentException("swapBytes is limited, and memoryBytes is not");
    }
    if (cpus.isPresent() && !(cpus.getAsDouble() >= CPUS_MIN && cpus.getAsDouble() <= CPUS_MAX)) {
      throw new IllegalArgumentException(
          "cpus is " + cpus.getAsDouble() + ", the least is 0.01, the most 100000");
    }
    cpuWeight.ifPresent(weight -> require("cpuWeight", weight, 1, WEIGHT_MAX));
    pids.ifPresent(number -> require("pids", number, 1, Integer.MAX_VALUE));
    ioWeight.ifPresent(weight -> require("ioWeight", weight, 1, WEIGHT_MAX));
    if (io.stream().map(IoLimit::device).distinct().count() != io.size()) {
      throw new IllegalArgumentException("io has a device twice");
    }
  }

  private static void require(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ", the least is " + least + ", the most " + most);
    }
  }

  private static void requireWithinMemory(OptionalLong memory, OptionalLong reservation) {
    reservation.ifPresent(
        bytes -> require("reservationBytes", bytes, 0, memory.orElse(Long.MAX_VALUE)));
  }

  /** Makes limits, beginning with none. */
  public static Builder builder() {
    return new Builder();
  }

  /** Makes limits that differ from these. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.memoryBytes = memoryBytes;
    builder.reservationBytes = reservationBytes;
    builder.swapBytes = swapBytes;
    builder.cpus = cpus;
    builder.cpuWeight = cpuWeight;
    builder.cpuset = cpuset;
    builder.pids = pids;
    builder.ioWeight = ioWeight;
    builder.io = io;
    return builder;
  }

  /** The limits that are to be made; the names are those of {@link CgroupLimits}. */
  public static final class Builder {
    private OptionalLong memoryBytes = OptionalLong.empty();
    private OptionalLong reservationBytes = OptionalLong.empty();
    private OptionalLong swapBytes = OptionalLong.empty();
    private OptionalDouble cpus = OptionalDouble.empty();
    private OptionalInt cpuWeight = OptionalInt.empty();
    private Optional<CpuSet> cpuset = Optional.empty();
    private OptionalInt pids = OptionalInt.empty();
    private OptionalInt ioWeight = OptionalInt.empty();
    private List<IoLimit> io = List.of();

    private Builder() {}

    public Builder memoryBytes(long bytes) {
      memoryBytes = OptionalLong.of(bytes);
      return this;
    }

    public Builder reservationBytes(long bytes) {
      reservationBytes = OptionalLong.of(bytes);
      return this;
    }

    public Builder swapBytes(long bytes) {
      swapBytes = OptionalLong.of(bytes);
      return this;
    }

    public Builder cpus(double number) {
      cpus = OptionalDouble.of(number);
      return this;
    }

    public Builder cpuWeight(int weight) {
      cpuWeight = OptionalInt.of(weight);
      return this;
    }

    public Builder cpuset(CpuSet set) {
      cpuset = Optional.of(set);
      return this;
    }

    public Builder pids(int number) {
      pids = OptionalInt.of(number);
      return this;
    }

    public Builder ioWeight(int weight) {
      ioWeight = OptionalInt.of(weight);
      return this;
    }

    public Builder io(List<IoLimit> limits) {
      io = limits;
      return this;
    }

    /**
     * The limits.
     *
     * @throws IllegalArgumentException when one is out of its bounds
     */
    public CgroupLimits build() {
      return new CgroupLimits(
          memoryBytes, reservationBytes, swapBytes, cpus, cpuWeight, cpuset, pids, ioWeight, io);
    }
  }
}
