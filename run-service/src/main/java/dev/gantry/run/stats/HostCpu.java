package dev.gantry.run.stats;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The processors of the host at one moment.
 *
 * @param online how many there are
 * @param time what they did since the start, idling included, added up
 */
record HostCpu(int online, Duration time) {
  private static final Path STAT = Path.of("/proc/stat");
  private static final Pattern BLANKS = Pattern.compile(" +");
  private static final long TICK_MILLIS = 10;

  /** user nice system idle iowait irq softirq steal; guest time is in user's already. */
  private static final int FIELDS = 8;

  static HostCpu now() throws IOException {
    return parse(Files.readAllLines(STAT, StandardCharsets.US_ASCII));
  }

  static HostCpu parse(List<String> lines) {
    int online = 0;
    long ticks = 0;
    for (String line : lines) {
      if (line.startsWith("cpu ")) {
        String[] words = BLANKS.split(line);
        for (int i = 1; i <= FIELDS && i < words.length; i++) {
          ticks += Long.parseLong(words[i]);
        }
      } else if (line.startsWith("cpu")) {
        online++;
      }
    }
    return new HostCpu(online, Duration.ofMillis(ticks * TICK_MILLIS));
  }

  /**
   * How much of a processor was used between two moments, in percent: 200 is two processors, as
   * {@code docker stats} has it.
   */
  double percent(HostCpu before, Duration used) {
    long host = time.minus(before.time).toNanos();
    return host <= 0 ? 0 : 100.0 * used.toNanos() / host * online;
  }
}
