package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Writes limits into a group of version 2. */
record V2Limits(GroupDirectory directory) {
  private static final String UNLIMITED = "max";
  private static final int IO_WEIGHT_DEFAULT = 100;

  void write(CgroupLimits limits) throws IOException {
    memory(limits);
    CpuShare share = new CpuShare(limits);
    directory.write("cpu.max", share.quota(UNLIMITED) + " " + CpuShare.PERIOD_MICROS);
    directory.write("cpu.weight", Long.toString(share.weight()));
    OptionalInt pids = limits.pids();
    directory.write("pids.max", pids.isPresent() ? Integer.toString(pids.getAsInt()) : UNLIMITED);
    cpuset(limits);
    ioWeight(limits.ioWeight());
    io(limits.io());
  }

  /** As {@link #write}, where there may be processes. */
  void update(CgroupLimits limits) throws IOException {
    if (limits.memoryBytes().isPresent()) {
      makeRoom(limits.memoryBytes().getAsLong());
    }
    write(limits);
  }

  /**
   * Lowering the limit below what is in use kills. Whereas {@code memory.high} only reclaims,
   * before the write of it returns: what is left then tells whether the limit would kill.
   */
  private void makeRoom(long limit) throws IOException {
    if (directory.number("memory.current") <= limit || !directory.has("memory.high")) {
      return;
    }
    directory.write("memory.high", Long.toString(limit));
    try {
      long used = directory.number("memory.current");
      if (used > limit) {
        throw LimitRefusedException.memory(limit, used);
      }
      directory.write("memory.max", Long.toString(limit)); // before it grows again
    } finally {
      directory.write("memory.high", UNLIMITED);
    }
  }

  private void memory(CgroupLimits limits) throws IOException {
    // Missing where the kernel has no swap at all, or does not account it.
    boolean swap = directory.has("memory.swap.max");
    if (limits.swapBytes().orElse(0) > 0 && !swap) {
      throw new IOException("this kernel does not account swap");
    }
    directory.write("memory.max", text(limits.memoryBytes()));
    if (swap) {
      directory.write(
          "memory.swap.max",
          limits.memoryBytes().isPresent()
              ? Long.toString(limits.swapBytes().orElse(0))
              : UNLIMITED);
    }
    directory.write("memory.low", Long.toString(limits.reservationBytes().orElse(0)));
  }

  private void cpuset(CgroupLimits limits) throws IOException {
    Optional<CpuSet> cpus = limits.cpuset();
    boolean possible = directory.has("cpuset.cpus");
    if (cpus.isPresent()) {
      if (!possible) {
        throw new IOException("this host has no control groups of cpuset");
      }
      directory.write("cpuset.cpus", cpus.get().toString());
    } else if (possible && !directory.read("cpuset.cpus").isEmpty()) {
      // Where there are processes, some kernels refuse the empty set, which means the same.
      directory.write("cpuset.cpus", directory.parent().read("cpuset.cpus.effective"));
    }
  }

  private void ioWeight(OptionalInt wanted) throws IOException {
    int weight = wanted.orElse(IO_WEIGHT_DEFAULT);
    boolean cost = directory.has("io.weight");
    boolean bfq = directory.has("io.bfq.weight");
    if (wanted.isPresent() && !cost && !bfq) {
      throw new IOException("this kernel has no shares of disks");
    }
    if (cost) {
      directory.write("io.weight", "default " + weight);
    }
    if (bfq) {
      directory.write("io.bfq.weight", "default " + CpuShare.bfqWeight(weight));
    }
  }

  private void io(List<IoLimit> limits) throws IOException {
    if (directory.has("io.max")) {
      for (String line : directory.read("io.max").lines().toList()) {
        Optional<BlockDevice> device = BlockDevice.parse(line.substring(0, line.indexOf(' ')));
        if (device.isPresent()) {
          io(IoLimit.none(device.get()));
        }
      }
      for (IoLimit limit : limits) {
        io(limit);
      }
    } else if (!limits.isEmpty()) {
      throw new IOException("this kernel cannot limit what is read from and written to disks");
    }
  }

  private void io(IoLimit limit) throws IOException {
    directory.write(
        "io.max",
        "%s rbps=%s wbps=%s riops=%s wiops=%s"
            .formatted(
                limit.device(),
                text(limit.readBytes()),
                text(limit.writeBytes()),
                text(limit.readOperations()),
                text(limit.writeOperations())));
  }

  private static String text(OptionalLong limit) {
    return limit.isPresent() ? Long.toString(limit.getAsLong()) : UNLIMITED;
  }
}
