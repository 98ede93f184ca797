package dev.gantry.run.resource;

import dev.gantry.events.IoLimit;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.isolation.cgroup.BlockDevice;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.cgroup.CpuSet;
import dev.gantry.isolation.cgroup.Feature;
import dev.gantry.isolation.sandbox.SandboxHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes the limits of a control group of what a request asks for, or says which field this host
 * cannot honour, and why: the kernel may lack it, or the host a processor or device.
 */
public final class LimitRules {
  /** Processes and threads where the request says nothing. */
  public static final int PIDS_DEFAULT = 4096;

  private static final String PREFIX = "resources.";

  private final Host host;
  private final CgroupLimits.Builder limits = CgroupLimits.builder();

  /** What is to be known of the host. */
  interface Host {
    boolean supports(Feature feature);

    CpuSet cpus() throws IOException;
  }

  /** Thrown and caught here only. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private final String field;
    private final ReasonCode reason;

    Refusal(String field, ReasonCode reason, String message) {
      super(message, null, false, false);
      this.field = PREFIX + field;
      this.reason = reason;
    }
  }

  private LimitRules(Host host) {
    this.host = host;
  }

  /** The limits that these resources are on this host. */
  public static Parsed<CgroupLimits> limits(Resources wanted, SandboxHost host) {
    return limits(
        wanted,
        new Host() {
          @Override
          public boolean supports(Feature feature) {
            return host.supports(feature);
          }

          @Override
          public CpuSet cpus() throws IOException {
            return host.cpus();
          }
        });
  }

  static Parsed<CgroupLimits> limits(Resources wanted, Host host) {
    try {
      return new Parsed.Valid<>(new LimitRules(host).read(wanted));
    } catch (Refusal e) {
      return new Parsed.Invalid<>(e.field, e.reason, String.valueOf(e.getMessage()));
    }
  }

  private CgroupLimits read(Resources wanted) throws Refusal {
    memory(wanted.memoryLimits());
    cpu(wanted.cpuLimits());
    io(wanted.ioLimits());
    Integer pids = wanted.pids();
    limits.pids(pids == null ? PIDS_DEFAULT : pids);
    return limits.build();
  }

  private void memory(Resources.Memory wanted) throws Refusal {
    Long limit = wanted.limitBytes();
    Long reservation = wanted.reservationBytes();
    Long swap = wanted.swapBytes();
    if (limit != null) {
      limits.memoryBytes(limit);
    }
    if (reservation != null) {
      require(Feature.RESERVATION, "memoryReservation", "the kernel has no reservations of memory");
      if (limit != null && reservation > limit) {
        throw invalid("memoryReservation", "must not be more than memory");
      }
      limits.reservationBytes(reservation);
    }
    if (swap != null && limit == null) {
      throw invalid("memorySwap", "needs memory");
    }
    if (swap != null && swap > 0) {
      require(Feature.SWAP, "memorySwap", "the kernel does not account swap");
    }
    if (swap != null) {
      limits.swapBytes(swap);
    }
  }

  private void cpu(Resources.Cpu wanted) throws Refusal {
    Double cpus = wanted.cpus();
    Integer weight = wanted.weight();
    String cpuset = wanted.cpuset();
    if (cpus != null) {
      limits.cpus(cpus);
    }
    if (weight != null) {
      limits.cpuWeight(weight);
    }
    if (cpuset != null) {
      require(Feature.CPUSET, "cpuset", "the kernel has no sets of CPUs");
      limits.cpuset(available(cpuset));
    }
  }

  private CpuSet available(String text) throws Refusal {
    try {
      CpuSet wanted = CpuSet.parse(text);
      CpuSet there = host.cpus();
      if (there.containsAll(wanted)) {
        return wanted;
      }
      throw invalid("cpuset", wanted + " is not among the CPUs of this host, " + there);
    } catch (IllegalArgumentException e) {
      throw invalid("cpuset", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new Refusal("cpuset", ReasonCode.UNSUPPORTED, String.valueOf(e.getMessage()));
    }
  }

  private void io(Resources.Io wanted) throws Refusal {
    Integer weight = wanted.weight();
    if (weight != null) {
      require(Feature.IO_WEIGHT, "ioWeight", "the kernel has no shares of disks");
      limits.ioWeight(weight);
    }
    if (wanted.devices().isEmpty()) {
      return;
    }
    require(Feature.IO_LIMIT, "io", "the kernel cannot limit what is read and written");
    List<dev.gantry.isolation.cgroup.IoLimit> io = new ArrayList<>();
    List<BlockDevice> devices = new ArrayList<>();
    for (IoLimit one : wanted.devices()) {
      String field = "io[" + io.size() + "]";
      BlockDevice device = device(one, field + ".device");
      if (devices.contains(device)) {
        throw invalid(field + ".device", one.device() + " is a device that is there already");
      }
      devices.add(device);
      io.add(limit(device, one, field));
    }
    limits.io(io);
  }

  private static BlockDevice device(IoLimit wanted, String field) throws Refusal {
    BlockDevice device =
        BlockDevice.of(Path.of(wanted.device()))
            .orElseThrow(
                () -> invalid(field, wanted.device() + " is not a block device of this host"));
    if (device.partition()) {
      throw invalid(field, wanted.device() + " is a partition: only whole disks can be limited");
    }
    return device;
  }

  private static dev.gantry.isolation.cgroup.IoLimit limit(
      BlockDevice device, IoLimit wanted, String field) throws Refusal {
    try {
      return new dev.gantry.isolation.cgroup.IoLimit(
          device,
          optional(wanted.readBps()),
          optional(wanted.writeBps()),
          optional(wanted.readIops()),
          optional(wanted.writeIops()));
    } catch (IllegalArgumentException e) {
      throw invalid(field, String.valueOf(e.getMessage()));
    }
  }

  private static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private void require(Feature feature, String field, String message) throws Refusal {
    if (!host.supports(feature)) {
      throw new Refusal(field, ReasonCode.UNSUPPORTED, message);
    }
  }

  private static Refusal invalid(String field, String message) {
    return new Refusal(field, ReasonCode.INVALID_FIELD, message);
  }
}
