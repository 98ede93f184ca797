package dev.gantry.isolation.process;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a network interface has received and sent since it was made. */
public record InterfaceCounters(String name, Direction received, Direction sent) {
  private static final Pattern LINE = Pattern.compile("\\s*([^:\\s]+):((?:\\s*\\d+){16})\\s*");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final int SENT = 8;

  /** One direction. */
  public record Direction(long bytes, long packets, long errors, long dropped) {
    private static Direction of(String[] fields, int at) {
      return new Direction(
          Long.parseLong(fields[at]),
          Long.parseLong(fields[at + 1]),
          Long.parseLong(fields[at + 2]),
          Long.parseLong(fields[at + 3]));
    }
  }

  /** Reads a line of /proc/net/dev (proc_pid_net(5)); empty for its heads. */
  static Optional<InterfaceCounters> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String[] fields = BLANKS.split(matcher.group(2).strip());
    return Optional.of(
        new InterfaceCounters(
            matcher.group(1), Direction.of(fields, 0), Direction.of(fields, SENT)));
  }
}
