package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a run may use; absent: what the host's own default allows.
 *
 * @param pids processes and threads at a time
 * @param oomScoreAdjust how much sooner than others it is killed when memory is short: 0 to 1000
 * @param ulimits by the names of {@link Ulimit#NAMES}
 * @param shmBytes the size of {@code /dev/shm}
 */
public record Resources(
    @JsonUnwrapped Memory memoryLimits,
    @JsonUnwrapped Cpu cpuLimits,
    @JsonUnwrapped Io ioLimits,
    @Nullable Integer pids,
    @Nullable Integer oomScoreAdjust,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Map<String, Ulimit> ulimits,
    @JsonProperty("shmSize") @Nullable Long shmBytes) {
  /** No limit asked for. */
  public static final Resources UNLIMITED =
      new Resources(Memory.UNSAID, Cpu.UNSAID, Io.UNSAID, null, null, Map.of(), null);

  /** The size of {@code /dev/shm} when the request says nothing. */
  public static final long SHM_BYTES_DEFAULT = 64L << 20;

  private static final int PIDS_MAX = 4_194_304;
  private static final int OOM_SCORE_MAX = 1000;

  /** Takes a copy of the map. */
  public Resources {
    ulimits = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(ulimits));
  }

  /**
   * Memory of the whole run.
   *
   * @param limitBytes over it the kernel kills
   * @param reservationBytes what it is pressed down to when the host is short
   * @param swapBytes beyond the memory; none where absent
   */
  public record Memory(
      @JsonProperty("memory") @Nullable Long limitBytes,
      @JsonProperty("memoryReservation") @Nullable Long reservationBytes,
      @JsonProperty("memorySwap") @Nullable Long swapBytes) {
    /** Nothing said. */
    public static final Memory UNSAID = new Memory(null, null, null);

    private static final long BYTES_MIN = 4L << 20;

    static Memory read(Fields fields) {
      Memory memory =
          new Memory(
              fields.byteSize("memory", BYTES_MIN),
              fields.byteSize("memoryReservation", BYTES_MIN),
              fields.byteSize("memorySwap", 0));
      if (memory.limitBytes != null
          && memory.reservationBytes != null
          && memory.reservationBytes > memory.limitBytes) {
        fields.refuse(
            "memoryReservation", ReasonCode.INVALID_FIELD, "must not be more than memory");
      }
      return memory;
    }

    private Memory with(Memory change) {
      return new Memory(
          either(change.limitBytes, limitBytes),
          either(change.reservationBytes, reservationBytes),
          either(change.swapBytes, swapBytes));
    }
  }

  /**
   * CPU time.
   *
   * @param cpus at most, as a share: 1.5 is one and a half CPUs
   * @param weight beside others when CPUs are short: 1 to 10000, 100 is everybody's
   * @param cpuset the CPUs that it runs on, as {@code 0-1,3}
   */
  public record Cpu(
      @JsonProperty("cpus") @Nullable Double cpus,
      @JsonProperty("cpuWeight") @Nullable Integer weight,
      @JsonProperty("cpuset") @Nullable String cpuset) {
    /** Nothing said. */
    public static final Cpu UNSAID = new Cpu(null, null, null);

    private static final double CPUS_MIN = 0.01;
    private static final double CPUS_MAX = 4096;
    private static final int CPU_MAX = 8191;
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,4})(?:-([0-9]{1,4}))?");

    static Cpu read(Fields fields) {
      return new Cpu(
          fields.number("cpus", CPUS_MIN, CPUS_MAX),
          fields.integer("cpuWeight", 1, WEIGHT_MAX),
          fields.parsed("cpuset", Cpu::set));
    }

    private static Parsed<String> set(String text) {
      for (String part : text.split(",", -1)) {
        Matcher range = RANGE.matcher(part);
        if (text.length() > 4096 || !range.matches() || !isAscending(range)) {
          return Parsed.invalid(Text.quoted(text) + " is not a list of CPUs: 0-3,7");
        }
      }
      return new Parsed.Valid<>(text);
    }

    private static boolean isAscending(Matcher range) {
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      return first <= last && last <= CPU_MAX;
    }

    private Cpu with(Cpu change) {
      return new Cpu(
          either(change.cpus, cpus), either(change.weight, weight), either(change.cpuset, cpuset));
    }
  }

  /**
   * Block devices.
   *
   * @param weight beside others: 1 to 10000, 100 is everybody's
   * @param devices at most one limit a device
   */
  public record Io(
      @JsonProperty("ioWeight") @Nullable Integer weight,
      @JsonProperty("io")
          @JsonInclude(JsonInclude.Include.NON_EMPTY)
          @JsonSetter(nulls = Nulls.AS_EMPTY)
          List<IoLimit> devices) {
    /** Nothing said. */
    public static final Io UNSAID = new Io(null, List.of());

    /** Takes a copy of the list. */
    public Io {
      devices = List.copyOf(devices);
    }

    static Io read(Fields fields) {
      Io io =
          new Io(fields.integer("ioWeight", 1, WEIGHT_MAX), fields.objects("io", IoLimit::parse));
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < io.devices.size(); i++) {
        if (!seen.add(io.devices.get(i).device())) {
          fields.refuse("io[" + i + "].device", ReasonCode.INVALID_FIELD, "is there twice");
        }
      }
      return io;
    }

    private Io with(Io change) {
      return new Io(
          either(change.weight, weight), change.devices.isEmpty() ? devices : change.devices);
    }
  }

  private static final int WEIGHT_MAX = 10_000;

  static Parsed<Resources> parse(Fields fields) {
    Resources limits = readChangeable(fields);
    if (limits.memoryLimits.swapBytes != null && limits.memoryLimits.limitBytes == null) {
      fields.refuse("memorySwap", ReasonCode.INVALID_FIELD, "needs memory");
    }
    Integer oomScoreAdjust = fields.integer("oomScoreAdjust", 0, OOM_SCORE_MAX);
    Map<String, Ulimit> ulimits = fields.object("ulimits", Ulimit::parseAll);
    Long shmBytes = fields.byteSize("shmSize", 4096);
    return fields.finish(
        () ->
            new Resources(
                limits.memoryLimits,
                limits.cpuLimits,
                limits.ioLimits,
                limits.pids,
                oomScoreAdjust,
                ulimits == null ? Map.of() : ulimits,
                shmBytes));
  }

  /** Only what can be changed while a run lives. */
  static Parsed<Resources> parseChange(Fields fields) {
    for (String fixed : List.of("oomScoreAdjust", "ulimits", "shmSize")) {
      if (fields.node(fixed) != null) {
        fields.refuse(fixed, ReasonCode.INVALID_FIELD, "cannot be changed while a run lives");
      }
    }
    Resources change = readChangeable(fields);
    return fields.finish(() -> change);
  }

  /** This, changed by what another says; what it does not say stays. */
  public Resources with(Resources change) {
    Map<String, Ulimit> limits = new LinkedHashMap<>(ulimits);
    limits.putAll(change.ulimits);
    return new Resources(
        memoryLimits.with(change.memoryLimits),
        cpuLimits.with(change.cpuLimits),
        ioLimits.with(change.ioLimits),
        either(change.pids, pids),
        either(change.oomScoreAdjust, oomScoreAdjust),
        limits,
        either(change.shmBytes, shmBytes));
  }

  private static Resources readChangeable(Fields fields) {
    return new Resources(
        Memory.read(fields),
        Cpu.read(fields),
        Io.read(fields),
        fields.integer("pids", 1, PIDS_MAX),
        null,
        Map.of(),
        null);
  }

  private static <T> @Nullable T either(@Nullable T mine, @Nullable T theirs) {
    return mine == null ? theirs : mine;
  }
}
