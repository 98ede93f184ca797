package dev.gantry.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Facts about the machine without which no figure means anything. */
final class Machine {
  /** USER_HZ, the same on all Linux of this architecture. */
  private static final long TICKS_PER_SECOND = 100;

  private Machine() {}

  static ObjectNode facts() {
    ObjectNode facts = new ObjectMapper().createObjectNode();
    facts.put("cpus", Runtime.getRuntime().availableProcessors());
    facts.put("cpu", field("/proc/cpuinfo", "model name"));
    facts.put("memory", field("/proc/meminfo", "MemTotal"));
    facts.put("kernel", System.getProperty("os.version"));
    facts.put("cgroup", cgroup());
    facts.put("java", System.getProperty("java.runtime.version"));
    facts.put("loadAverage", first("/proc/loadavg"));
    return facts;
  }

  /** Processor time that the whole machine has used since it was started (proc(5), stat). */
  static long busyMillis() {
    String[] fields = first("/proc/stat").split("\\s+");
    long ticks = 0;
    for (int i = 1; i < fields.length; i++) {
      boolean idle = i == 4 || i == 5;
      boolean guest = i > 8; // counted as user time already
      ticks += idle || guest ? 0 : Long.parseLong(fields[i]);
    }
    return ticks * 1000 / TICKS_PER_SECOND;
  }

  /** Memory that new processes could have (proc(5), meminfo). */
  static double availableMib() {
    return Double.parseDouble(field("/proc/meminfo", "MemAvailable").replaceAll("\\D", "")) / 1024;
  }

  private static String cgroup() {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return mounts.anyMatch(m -> m.contains(" cgroup rw") && m.contains("memory")) ? "v1" : "v2";
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String field(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String first(String file) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines.findFirst().orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
