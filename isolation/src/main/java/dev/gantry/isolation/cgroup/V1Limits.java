package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Writes limits into a group of version 1. */
record V1Limits(Function<String, Optional<GroupDirectory>> directories) {
  private static final String UNLIMITED = "-1";
  private static final String MEMORY = "memory.limit_in_bytes";
  private static final String WITH_SWAP = "memory.memsw.limit_in_bytes";
  private static final int IO_WEIGHT_DEFAULT = 100;
  private static final int BLKIO_WEIGHT_MIN = 10;

  void write(CgroupLimits limits) throws IOException {
    memory(limits);
    cpu(limits);
    required("pids")
        .write(
            "pids.max",
            limits.pids().isPresent() ? Integer.toString(limits.pids().getAsInt()) : "max");
    cpuset(limits);
    Optional<GroupDirectory> blkio = directories.apply(CgroupV1.BLKIO);
    if (blkio.isPresent()) {
      ioWeight(blkio.get(), limits);
      io(blkio.get(), limits.io());
    }
  }

  /**
   * Memory with swap may never be less than memory: which goes first depends on what was before.
   */
  void memory(CgroupLimits limits) throws IOException {
    GroupDirectory memory = required("memory");
    String limit = text(limits.memoryBytes());
    boolean swap = memory.has(WITH_SWAP);
    if (limits.swapBytes().orElse(0) > 0 && !swap) {
      throw new IOException("this kernel does not account swap");
    }
    try {
      if (!swap) {
        memory.write(MEMORY, limit);
      } else if (limits.memoryBytes().orElse(Long.MAX_VALUE) > memory.number(WITH_SWAP)) {
        memory.write(WITH_SWAP, withSwap(limits));
        memory.write(MEMORY, limit);
      } else {
        memory.write(MEMORY, limit);
        memory.write(WITH_SWAP, withSwap(limits));
      }
    } catch (IOException e) {
      throw refusal(memory, limits, e);
    }
    if (memory.has("memory.soft_limit_in_bytes")) {
      memory.write("memory.soft_limit_in_bytes", text(limits.reservationBytes()));
    }
  }

  /** The kernel has tried to make room (EBUSY otherwise). */
  private static IOException refusal(GroupDirectory memory, CgroupLimits limits, IOException e)
      throws IOException {
    long limit = limits.memoryBytes().orElse(Long.MAX_VALUE);
    long used = memory.number("memory.usage_in_bytes");
    return used > limit ? LimitRefusedException.memory(limit, used) : e;
  }

  private static String withSwap(CgroupLimits limits) {
    if (limits.memoryBytes().isEmpty()) {
      return UNLIMITED;
    }
    long sum = limits.memoryBytes().getAsLong() + limits.swapBytes().orElse(0);
    return Long.toString(sum < 0 ? Long.MAX_VALUE : sum);
  }

  private void cpu(CgroupLimits limits) throws IOException {
    CpuShare share = new CpuShare(limits);
    GroupDirectory cpu = required("cpu");
    cpu.write("cpu.cfs_period_us", Long.toString(CpuShare.PERIOD_MICROS));
    cpu.write("cpu.cfs_quota_us", share.quota(UNLIMITED));
    cpu.write("cpu.shares", Long.toString(share.shares()));
  }

  private void cpuset(CgroupLimits limits) throws IOException {
    Optional<GroupDirectory> cpuset = directories.apply(CgroupV1.CPUSET);
    if (cpuset.isPresent()) {
      Optional<CpuSet> cpus = limits.cpuset();
      cpuset
          .get()
          .write(
              "cpuset.cpus",
              cpus.isPresent() ? cpus.get().toString() : cpuset.get().parent().read("cpuset.cpus"));
    }
  }

  private static void ioWeight(GroupDirectory blkio, CgroupLimits limits) throws IOException {
    int weight = limits.ioWeight().orElse(IO_WEIGHT_DEFAULT);
    long bfq = CpuShare.bfqWeight(weight);
    if (blkio.has("blkio.bfq.weight")) {
      blkio.write("blkio.bfq.weight", Long.toString(bfq));
    } else if (blkio.has("blkio.weight")) {
      blkio.write("blkio.weight", Long.toString(Math.max(BLKIO_WEIGHT_MIN, bfq)));
    }
  }

  private static void io(GroupDirectory blkio, List<IoLimit> limits) throws IOException {
    throttle(blkio, "read_bps", limits, IoLimit::readBytes);
    throttle(blkio, "write_bps", limits, IoLimit::writeBytes);
    throttle(blkio, "read_iops", limits, IoLimit::readOperations);
    throttle(blkio, "write_iops", limits, IoLimit::writeOperations);
  }

  private static void throttle(
      GroupDirectory blkio,
      String kind,
      List<IoLimit> limits,
      Function<IoLimit, OptionalLong> value)
      throws IOException {
    String file = "blkio.throttle." + kind + "_device";
    if (!blkio.has(file)) {
      return;
    }
    for (String line : blkio.read(file).lines().toList()) {
      blkio.write(file, line.substring(0, line.indexOf(' ') + 1) + "0"); // no limit
    }
    for (IoLimit limit : limits) {
      if (value.apply(limit).isPresent()) {
        blkio.write(file, limit.device() + " " + value.apply(limit).getAsLong());
      }
    }
  }

  private static String text(OptionalLong limit) {
    return limit.isPresent() ? Long.toString(limit.getAsLong()) : UNLIMITED;
  }

  private GroupDirectory required(String controller) throws IOException {
    return directories
        .apply(controller)
        .orElseThrow(() -> new IOException("the control group is gone: " + controller));
  }
}
