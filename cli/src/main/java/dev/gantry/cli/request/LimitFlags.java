package dev.gantry.cli.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Json;
import dev.gantry.events.ByteSize;
import dev.gantry.events.Parsed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Limits that can be changed while a container runs. */
public final class LimitFlags {
  private static final long SHARES_MIN = 2;
  private static final long SHARES_MAX = 262_144;
  private static final long BLKIO_MIN = 10;
  private static final long BLKIO_MAX = 1000;

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandSpec mixee = CommandSpec.create();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "BYTES",
      description = "Memory limit: 64m, 1g, …")
  private @Nullable String memory;

  @Option(
      names = "--memory-reservation",
      paramLabel = "BYTES",
      description = "What it is pressed down to when memory is short.")
  private @Nullable String reservation;

  @Option(
      names = "--memory-swap",
      paramLabel = "BYTES",
      description = "Memory and swap together; needs --memory (default: no swap).")
  private @Nullable String memorySwap;

  @Option(names = "--cpus", description = "CPU limit: 0.5, 2, …")
  private @Nullable Double cpus;

  @Option(
      names = "--cpu-weight",
      paramLabel = "1-10000",
      description = "CPU time beside others (default: 100).")
  private @Nullable Integer cpuWeight;

  @Option(
      names = {"-c", "--cpu-shares"},
      paramLabel = "2-262144",
      description = "The same in docker's older unit, in which 1024 is everybody's.")
  private @Nullable Long cpuShares;

  @Option(
      names = "--cpuset-cpus",
      paramLabel = "CPUS",
      description = "The CPUs that it runs on: 0-1,3")
  private @Nullable String cpuset;

  @Option(names = "--pids-limit", description = "Most processes at a time.")
  private @Nullable Integer pids;

  @Option(
      names = "--io-weight",
      paramLabel = "1-10000",
      description = "Block devices beside others (default: 100).")
  private @Nullable Integer ioWeight;

  @Option(
      names = "--blkio-weight",
      paramLabel = "10-1000",
      description = "The same in docker's older unit.")
  private @Nullable Long blkioWeight;

  @Option(
      names = "--device-read-bps",
      paramLabel = "DEVICE=BYTES",
      description = "Bytes read a second at most.")
  private List<String> readBps = new ArrayList<>();

  @Option(
      names = "--device-write-bps",
      paramLabel = "DEVICE=BYTES",
      description = "Bytes written a second at most.")
  private List<String> writeBps = new ArrayList<>();

  @Option(
      names = "--device-read-iops",
      paramLabel = "DEVICE=NUMBER",
      description = "Reads a second at most.")
  private List<String> readIops = new ArrayList<>();

  @Option(
      names = "--device-write-iops",
      paramLabel = "DEVICE=NUMBER",
      description = "Writes a second at most.")
  private List<String> writeIops = new ArrayList<>();

  /** As the object {@code resources} of a request; empty when no flag was given. */
  public ObjectNode toJson() {
    SpecWriter resources = new SpecWriter(Json.MAPPER.createObjectNode());
    write(resources);
    return resources.object();
  }

  void write(SpecWriter resources) {
    resources.text("memory", memory);
    resources.text("memoryReservation", reservation);
    resources.integer("memorySwap", swap());
    resources.number("cpus", cpus);
    resources.integer("cpuWeight", cpuWeight);
    if (cpuShares != null) {
      resources.integer("cpuWeight", weight(cpuShares, SHARES_MIN, SHARES_MAX));
    }
    resources.text("cpuset", cpuset);
    resources.integer("pids", pids);
    resources.integer("ioWeight", ioWeight);
    if (blkioWeight != null) {
      resources.integer("ioWeight", weight(blkioWeight, BLKIO_MIN, BLKIO_MAX));
    }
    resources.nodes("io", io());
  }

  /** Docker counts memory and swap together. */
  private @Nullable Long swap() {
    if (memorySwap == null) {
      return null;
    }
    if (memory == null) {
      throw wrong("--memory-swap needs --memory");
    }
    long swap = bytes("--memory-swap", memorySwap) - bytes("--memory", memory);
    if (swap < 0) {
      throw wrong("--memory-swap is memory and swap together: it cannot be less than --memory");
    }
    return swap;
  }

  private long bytes(String flag, String text) {
    return switch (ByteSize.parse(text)) {
      case Parsed.Valid<Long>(Long bytes) -> bytes;
      case Parsed.Invalid<Long> invalid -> throw wrong(flag + ": " + invalid.message());
    };
  }

  /** As runc turns weights of version 1 into those of version 2. */
  private long weight(long old, long min, long max) {
    if (old < min || old > max) {
      throw wrong(old + " is not from " + min + " to " + max);
    }
    return 1 + (old - min) * 9999 / (max - min);
  }

  private List<JsonNode> io() {
    Map<String, ObjectNode> devices = new LinkedHashMap<>();
    limit(devices, "readBps", readBps);
    limit(devices, "writeBps", writeBps);
    limit(devices, "readIops", readIops);
    limit(devices, "writeIops", writeIops);
    return List.copyOf(devices.values());
  }

  private void limit(Map<String, ObjectNode> devices, String field, List<String> limits) {
    for (String limit : limits) {
      String[] parts = limit.split("[:=]", 2);
      if (parts.length != 2) {
        throw wrong("'" + limit + "' is not DEVICE=LIMIT");
      }
      ObjectNode device =
          devices.computeIfAbsent(
              parts[0], name -> Json.MAPPER.createObjectNode().put("device", name));
      if (parts[1].matches("[0-9]{1,18}")) {
        device.put(field, Long.parseLong(parts[1]));
      } else {
        device.put(field, parts[1]);
      }
    }
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(mixee.commandLine(), message);
  }
}
