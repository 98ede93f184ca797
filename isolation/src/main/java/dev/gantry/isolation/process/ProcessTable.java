package dev.gantry.isolation.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Looks processes up in /proc (proc(5)).
 *
 * @param processes those that were looked at and lived
 * @param more how many were not looked at, because there are too many
 */
public record ProcessTable(List<ProcessEntry> processes, int more) {
  private static final int PROCESSES_MAX = 1000;
  private static final int FILE_BYTES_MAX = 8192;
  private static final int COMMAND_LENGTH_MAX = 1024;
  private static final int UTIME = 14;
  private static final int FIRST_FIELD_AFTER_NAME = 3;
  private static final long TICK_MILLIS = 10; // USER_HZ is 100 on every platform
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** Takes a copy. */
  public ProcessTable {
    processes = List.copyOf(processes);
  }

  /** Looks these up, at most 1000; those that are gone are left out. */
  public static ProcessTable of(List<Long> pids) {
    List<ProcessEntry> processes = new ArrayList<>();
    for (long pid : pids.subList(0, Math.min(pids.size(), PROCESSES_MAX))) {
      try {
        processes.add(read(pid));
      } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
        continue; // gone, or going while its files were read
      }
    }
    return new ProcessTable(processes, Math.max(0, pids.size() - PROCESSES_MAX));
  }

  private static ProcessEntry read(long pid) throws IOException {
    Path directory = Path.of("/proc", Long.toString(pid));
    Map<String, String> status = status(file(directory.resolve("status")));
    String[] inner = words(status.getOrDefault("NSpid", Long.toString(pid)));
    String stat = file(directory.resolve("stat"));
    String[] fields = words(stat.substring(stat.lastIndexOf(')') + 1).strip());
    long ticks =
        Long.parseLong(fields[UTIME - FIRST_FIELD_AFTER_NAME])
            + Long.parseLong(fields[UTIME + 1 - FIRST_FIELD_AFTER_NAME]);
    return new ProcessEntry(
        pid,
        Long.parseLong(inner[inner.length - 1]),
        innerUid(directory, Long.parseLong(words(status.getOrDefault("Uid", ""))[0])),
        fields[0].charAt(0),
        Duration.ofMillis(ticks * TICK_MILLIS),
        Long.parseLong(words(status.getOrDefault("VmRSS", "0"))[0]) * 1024,
        command(directory, status.getOrDefault("Name", "?")));
  }

  /** Lines of the id map: first id inside, first id outside, how many. */
  private static long innerUid(Path directory, long uid) throws IOException {
    for (String line : file(directory.resolve("uid_map")).lines().toList()) {
      String[] range = words(line.strip());
      long offset = uid - Long.parseLong(range[1]);
      if (offset >= 0 && offset < Long.parseLong(range[2])) {
        return Long.parseLong(range[0]) + offset;
      }
    }
    return ProcessEntry.NOBODY;
  }

  /** What a process says of itself, which may be anything: no line feeds, no end. */
  private static String command(Path directory, String name) throws IOException {
    String arguments = file(directory.resolve("cmdline")).replaceAll("\\p{Cntrl}", " ").strip();
    String command =
        arguments.isEmpty() ? "[" + name.replaceAll("\\p{Cntrl}", " ") + "]" : arguments;
    return command.substring(0, Math.min(command.length(), COMMAND_LENGTH_MAX));
  }

  private static Map<String, String> status(String text) {
    Map<String, String> values = new HashMap<>();
    text.lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 1).strip());
              }
            });
    return values;
  }

  private static String[] words(String text) {
    return BLANKS.split(text);
  }

  /**
   * The network interfaces of a process, with what came and went; empty when it is gone, or has no
   * network of its own but ours.
   */
  public static Optional<List<InterfaceCounters>> interfaces(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      if (Files.readSymbolicLink(process.resolve("ns/net"))
          .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")))) {
        return Optional.empty();
      }
      Path file = process.resolve("net/dev");
      return Optional.of(
          Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
              .map(InterfaceCounters::parse)
              .flatMap(Optional::stream)
              .toList());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String file(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8);
    }
  }
}
