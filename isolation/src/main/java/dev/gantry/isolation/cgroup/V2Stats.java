package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the statistics of a group of version 2. */
final class V2Stats {
  private V2Stats() {}

  static CgroupStats read(GroupDirectory directory) throws IOException {
    Readings readings = new Readings(directory.path());
    Duration total =
        Duration.of(
            GroupDirectory.entry(directory.path().resolve("cpu.stat"), "usage_usec"),
            ChronoUnit.MICROS);
    return new CgroupStats(
        cpu(total, readings.entries("cpu.stat")),
        memory(readings),
        new CgroupStats.Pids(
            readings.number("pids.current"),
            readings.number("pids.peak"),
            readings.number("pids.max")),
        directory.has("io.stat") ? Optional.of(io(readings)) : Optional.empty(),
        pressure(readings));
  }

  private static CgroupStats.Cpu cpu(Duration total, Readings.Entries stat) {
    return new CgroupStats.Cpu(
        total,
        stat.duration("user_usec", ChronoUnit.MICROS),
        stat.duration("system_usec", ChronoUnit.MICROS),
        stat.get("nr_periods"),
        stat.get("nr_throttled"),
        stat.duration("throttled_usec", ChronoUnit.MICROS));
  }

  private static CgroupStats.Memory memory(Readings readings) {
    Readings.Entries stat = readings.entries("memory.stat");
    return new CgroupStats.Memory(
        readings.number("memory.current"),
        readings.number("memory.peak"), // since 5.19
        readings.number("memory.max"),
        stat.get("file"),
        stat.get("inactive_file"),
        stat.get("anon"),
        readings.number("memory.swap.current"),
        readings.entries("memory.events").get("oom_kill"));
  }

  /** Lines {@code 254:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6}. */
  private static List<CgroupStats.DeviceIo> io(Readings readings) {
    List<CgroupStats.DeviceIo> io = new ArrayList<>();
    for (String line : readings.lines("io.stat")) {
      int space = Math.max(0, line.indexOf(' '));
      Map<String, String> values = Readings.values(line);
      BlockDevice.parse(line.substring(0, space))
          .filter(_ -> values.containsKey("rbytes"))
          .ifPresent(
              device ->
                  io.add(
                      new CgroupStats.DeviceIo(
                          device,
                          number(values, "rbytes"),
                          number(values, "wbytes"),
                          number(values, "rios"),
                          number(values, "wios"))));
    }
    return List.copyOf(io);
  }

  private static long number(Map<String, String> values, String key) {
    return Long.parseLong(values.getOrDefault(key, "0"));
  }

  private static Optional<CgroupStats.Pressures> pressure(Readings readings) {
    return readings
        .pressure("cpu.pressure")
        .flatMap(
            cpu ->
                readings
                    .pressure("memory.pressure")
                    .flatMap(
                        memory ->
                            readings
                                .pressure("io.pressure")
                                .map(io -> new CgroupStats.Pressures(cpu, memory, io))));
  }
}
