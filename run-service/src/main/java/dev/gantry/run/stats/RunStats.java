package dev.gantry.run.stats;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.isolation.cgroup.CgroupStats;
import dev.gantry.isolation.process.InterfaceCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What a run uses, as HTTP shows it. What the kernel does not count is left out, never 0. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunStats(
    String id,
    @Nullable String name,
    Instant time,
    Cpu cpu,
    Memory memory,
    Pids pids,
    @Nullable Io io,
    @Nullable Network network,
    @Nullable Pressure pressure) {

  /**
   * Processor time since the start.
   *
   * @param percent of one processor, lately; absent in a single look
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Cpu(
      @Nullable Double percent,
      int online,
      long usageMicros,
      @Nullable Long userMicros,
      @Nullable Long systemMicros,
      @Nullable Long periods,
      @Nullable Long throttledPeriods,
      @Nullable Long throttledMicros) {}

  /**
   * Memory in bytes.
   *
   * @param usage without the page cache that would be given up first, as {@code docker stats} has
   *     it
   * @param limit absent: none
   * @param percent {@code usage} of {@code limit}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Memory(
      @Nullable Long usage,
      @Nullable Long current,
      @Nullable Long peak,
      @Nullable Long limit,
      @Nullable Double percent,
      @Nullable Long cache,
      @Nullable Long anonymous,
      @Nullable Long swap,
      @Nullable Long oomKills) {}

  /** Processes and threads. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pids(@Nullable Long current, @Nullable Long peak, @Nullable Long limit) {}

  /** Bytes and operations, of all devices and of each. */
  public record Io(
      long readBytes,
      long writeBytes,
      long readOperations,
      long writeOperations,
      List<Device> devices) {}

  /** A device by the kernel's name and number. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Device(
      @Nullable String name,
      String number,
      long readBytes,
      long writeBytes,
      long readOperations,
      long writeOperations) {}

  /** Bytes, of all interfaces but the loopback. */
  public record Network(long receivedBytes, long sentBytes, List<InterfaceCounters> interfaces) {}

  /** How long processes waited for want of something. */
  public record Pressure(Waits cpu, Waits memory, Waits io) {}

  /** At least one process did, or all at the same time. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Waits(Wait some, @Nullable Wait full) {}

  /** In percent of the time over 10, 60 and 300 seconds, and since the start. */
  public record Wait(double avg10, double avg60, double avg300, long totalMicros) {}

  /** Whose statistics they are. */
  record Owner(String id, @Nullable String name) {}

  /** What is known at a moment, and lately where there was one before. */
  static RunStats of(Owner owner, @Nullable Sample before, Sample now) {
    CgroupStats stats = now.stats();
    return new RunStats(
        owner.id(),
        owner.name(),
        now.at(),
        cpu(before, now),
        memory(stats.memory()),
        new Pids(
            orNull(stats.pids().current()),
            orNull(stats.pids().peak()),
            orNull(stats.pids().limit())),
        stats.io().map(RunStats::io).orElse(null),
        now.interfaces().map(RunStats::network).orElse(null),
        stats.pressure().map(RunStats::pressure).orElse(null));
  }

  private static Cpu cpu(@Nullable Sample before, Sample now) {
    CgroupStats.Cpu cpu = now.stats().cpu();
    Double percent =
        before == null
            ? null
            : now.host().percent(before.host(), cpu.total().minus(before.stats().cpu().total()));
    return new Cpu(
        percent,
        now.host().online(),
        micros(cpu.total()),
        cpu.user().map(RunStats::micros).orElse(null),
        cpu.system().map(RunStats::micros).orElse(null),
        orNull(cpu.periods()),
        orNull(cpu.throttledPeriods()),
        cpu.throttled().map(RunStats::micros).orElse(null));
  }

  private static Memory memory(CgroupStats.Memory memory) {
    Long current = orNull(memory.currentBytes());
    Long limit = orNull(memory.limitBytes());
    Long usage =
        current == null ? null : Math.max(0, current - memory.inactiveCacheBytes().orElse(0));
    return new Memory(
        usage,
        current,
        orNull(memory.peakBytes()),
        limit,
        usage == null || limit == null ? null : 100.0 * usage / limit,
        orNull(memory.cacheBytes()),
        orNull(memory.anonymousBytes()),
        orNull(memory.swapBytes()),
        orNull(memory.oomKills()));
  }

  private static Io io(List<CgroupStats.DeviceIo> io) {
    return new Io(
        sum(io, CgroupStats.DeviceIo::readBytes),
        sum(io, CgroupStats.DeviceIo::writeBytes),
        sum(io, CgroupStats.DeviceIo::readOperations),
        sum(io, CgroupStats.DeviceIo::writeOperations),
        io.stream().map(RunStats::device).toList());
  }

  private static Device device(CgroupStats.DeviceIo one) {
    return new Device(
        one.device().name().orElse(null),
        one.device().toString(),
        one.readBytes(),
        one.writeBytes(),
        one.readOperations(),
        one.writeOperations());
  }

  private static Network network(List<InterfaceCounters> interfaces) {
    return new Network(
        sum(interfaces, one -> one.received().bytes()),
        sum(interfaces, one -> one.sent().bytes()),
        interfaces);
  }

  private static Pressure pressure(CgroupStats.Pressures all) {
    return new Pressure(waits(all.cpu()), waits(all.memory()), waits(all.io()));
  }

  private static Waits waits(CgroupStats.Pressure one) {
    Optional<Wait> full = one.full().map(RunStats::wait);
    return new Waits(wait(one.some()), full.orElse(null));
  }

  private static Wait wait(CgroupStats.Stall stall) {
    return new Wait(
        stall.average10(), stall.average60(), stall.average300(), micros(stall.total()));
  }

  private static <T> long sum(List<T> all, ToLongFunction<T> part) {
    return all.stream().mapToLong(part).sum();
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1000;
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? Long.valueOf(value.getAsLong()) : null;
  }
}
