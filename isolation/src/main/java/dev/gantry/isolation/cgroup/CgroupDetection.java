package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the hierarchy by what is mounted, never by well-known paths: a host may have version 1,
 * version 2, or both with the controllers shared out among them.
 */
final class CgroupDetection {
  private static final Pattern SPACES = Pattern.compile(" ");
  private static final Pattern COMMA = Pattern.compile(",");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Set<String> UNIFIED = Set.of("cpu", "memory", "pids");
  private static final Set<String> SEPARATE = Set.of("cpu", "cpuacct", "memory", "pids");

  private CgroupDetection() {}

  static CgroupHierarchy detect(String parent, Path mountinfo) throws IOException {
    List<String> levels = levels(parent);
    Map<String, Path> separate = new HashMap<>();
    for (String line : Files.readAllLines(mountinfo)) {
      Mount mount = Mount.parse(line);
      if (mount.type.equals("cgroup2") && unified(mount.point)) {
        return CgroupV2.below(new GroupDirectory(mount.point), levels);
      }
      if (mount.type.equals("cgroup")) {
        mount.options.forEach(option -> separate.putIfAbsent(option, mount.point));
      }
    }
    if (separate.keySet().containsAll(SEPARATE)) {
      return CgroupV1.below(separate, levels);
    }
    throw new IOException(
        "neither a cgroup2 mount with the controllers "
            + UNIFIED
            + " nor cgroup mounts with "
            + SEPARATE
            + " in "
            + mountinfo);
  }

  /** The name itself, if it is a group's. */
  static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a control group's name: " + name);
    }
    return name;
  }

  private static List<String> levels(String parent) {
    return Arrays.stream(parent.split("/", -1)).map(CgroupDetection::checked).toList();
  }

  private static boolean unified(Path point) throws IOException {
    Path controllers = point.resolve("cgroup.controllers");
    return Files.exists(controllers)
        && Arrays.asList(SPACES.split(Files.readString(controllers).strip())).containsAll(UNIFIED);
  }

  /** A line of proc_pid_mountinfo(5): what we need of it. */
  private record Mount(String type, Path point, List<String> options) {
    static Mount parse(String line) throws IOException {
      List<String> fields = Arrays.asList(SPACES.split(line));
      int separator = fields.indexOf("-");
      if (separator < 5 || fields.size() < separator + 4) {
        throw new IOException("not a line of mountinfo: " + line);
      }
      return new Mount(
          fields.get(separator + 1),
          Path.of(unescape(fields.get(4))),
          new ArrayList<>(Arrays.asList(COMMA.split(fields.get(separator + 3)))));
    }

    /** Blanks and the like are written as a backslash and three octal digits. */
    private static String unescape(String text) {
      return Pattern.compile("\\\\([0-7]{3})")
          .matcher(text)
          .replaceAll(match -> Character.toString((char) Integer.parseInt(match.group(1), 8)));
    }
  }
}
