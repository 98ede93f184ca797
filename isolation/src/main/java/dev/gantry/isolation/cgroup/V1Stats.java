package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads the statistics of a group of version 1. */
final class V1Stats {
  private static final Pattern SPACES = Pattern.compile(" +");
  private static final Path NOWHERE = Path.of("/proc/self/fd/-1");

  private V1Stats() {}

  static CgroupStats read(Function<String, Optional<GroupDirectory>> directories)
      throws IOException {
    Function<String, Readings> of =
        controller ->
            new Readings(directories.apply(controller).map(GroupDirectory::path).orElse(NOWHERE));
    GroupDirectory accounting =
        directories
            .apply("cpuacct")
            .orElseThrow(() -> new IOException("the control group is gone"));
    return new CgroupStats(
        cpu(accounting, of.apply("cpu")),
        memory(of.apply("memory")),
        pids(of.apply("pids")),
        io(of.apply(CgroupV1.BLKIO)),
        Optional.empty());
  }

  private static CgroupStats.Cpu cpu(GroupDirectory accounting, Readings cpu) throws IOException {
    Readings usage = new Readings(accounting.path());
    Readings.Entries stat = cpu.entries("cpu.stat");
    return new CgroupStats.Cpu(
        Duration.ofNanos(accounting.number("cpuacct.usage")),
        nanos(usage.number("cpuacct.usage_user")),
        nanos(usage.number("cpuacct.usage_sys")),
        stat.get("nr_periods"),
        stat.get("nr_throttled"),
        stat.duration("throttled_time", ChronoUnit.NANOS));
  }

  private static Optional<Duration> nanos(OptionalLong nanos) {
    return nanos.isPresent() ? Optional.of(Duration.ofNanos(nanos.getAsLong())) : Optional.empty();
  }

  private static CgroupStats.Memory memory(Readings memory) {
    Readings.Entries stat = memory.entries("memory.stat");
    return new CgroupStats.Memory(
        memory.number("memory.usage_in_bytes"),
        memory.number("memory.max_usage_in_bytes"),
        memory.limitV1("memory.limit_in_bytes"),
        stat.get("total_cache"),
        stat.get("total_inactive_file"),
        stat.get("total_rss"),
        stat.get("total_swap"),
        memory.entries("memory.oom_control").get("oom_kill"));
  }

  private static CgroupStats.Pids pids(Readings pids) {
    return new CgroupStats.Pids(
        pids.number("pids.current"), pids.number("pids.peak"), pids.number("pids.max"));
  }

  /** Empty when the group is not in the hierarchy, or no device of it is throttled: no count. */
  private static Optional<List<CgroupStats.DeviceIo>> io(Readings blkio) {
    Map<BlockDevice, long[]> devices = new TreeMap<>();
    collect(blkio, "blkio.throttle.io_service_bytes_recursive", devices, 0);
    collect(blkio, "blkio.throttle.io_serviced_recursive", devices, 2);
    if (devices.isEmpty()) {
      return Optional.empty();
    }
    List<CgroupStats.DeviceIo> io = new ArrayList<>();
    devices.forEach(
        (device, n) -> io.add(new CgroupStats.DeviceIo(device, n[0], n[1], n[2], n[3])));
    return Optional.of(List.copyOf(io));
  }

  /** Lines {@code 254:0 Read 4096}. */
  private static void collect(
      Readings blkio, String file, Map<BlockDevice, long[]> devices, int offset) {
    for (String line : blkio.lines(file)) {
      String[] words = SPACES.split(line);
      if (words.length != 3) {
        continue;
      }
      int at = words[1].equals("Read") ? 0 : words[1].equals("Write") ? 1 : -1;
      Optional<BlockDevice> device = BlockDevice.parse(words[0]);
      if (at >= 0 && device.isPresent()) {
        devices.computeIfAbsent(device.get(), _ -> new long[4])[offset + at] =
            Long.parseLong(words[2]);
      }
    }
  }
}
