package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to find out whether a run does its work. What is absent is as the image's HEALTHCHECK has it;
 * see {@link #over}.
 *
 * @param timing when, and how often before it counts
 */
public record HealthCheck(@JsonUnwrapped @Nullable Probe probe, @JsonUnwrapped Timing timing) {
  private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e]{0,2047}");
  private static final int PORT_MAX = 65_535;

  /** What is tried: it is well when it ends with 0, answers with 2xx or 3xx, or accepts. */
  public sealed interface Probe {
    /** A command in the run. */
    record Exec(@JsonProperty("command") List<String> command) implements Probe {
      public Exec {
        command = List.copyOf(command);
      }
    }

    /** A command line, for {@code /bin/sh -c} in the run. */
    record Shell(@JsonProperty("command") String command) implements Probe {}

    /** A GET. */
    record Http(@JsonProperty("http") HttpGet get) implements Probe {}

    /** A connection. */
    record Tcp(@JsonProperty("tcp") TcpPort port) implements Probe {}

    /** No check, not even the image's. */
    record None() implements Probe {
      @JsonProperty("none")
      boolean none() {
        return true;
      }
    }
  }

  /** Of the run, by its port and the path on it. */
  public record HttpGet(int port, String path) {
    static Parsed<HttpGet> parse(Fields fields) {
      int port = portIn(fields);
      String path = fields.text("path", PATH, "a path: / and visible characters");
      return fields.finish(() -> new HttpGet(port, path == null ? "/" : path));
    }
  }

  /** Of the run. */
  public record TcpPort(int port) {
    static Parsed<TcpPort> parse(Fields fields) {
      int port = portIn(fields);
      return fields.finish(() -> new TcpPort(port));
    }
  }

  /**
   * When a run is probed.
   *
   * @param intervalSeconds between the end of a probe and the next
   * @param timeoutSeconds after which a probe has failed
   * @param retries how many failures in a row make it unhealthy
   * @param startPeriodSeconds after the start, in which failures do not count
   * @param startIntervalSeconds as interval, in the start period
   */
  public record Timing(
      @Nullable Double intervalSeconds,
      @Nullable Double timeoutSeconds,
      @Nullable Integer retries,
      @Nullable Double startPeriodSeconds,
      @Nullable Double startIntervalSeconds) {
    /** Nothing said. */
    public static final Timing UNSAID = new Timing(null, null, null, null, null);

    private static final double SECONDS_MIN = 0.001;
    private static final double SECONDS_MAX = 86_400;
    private static final int RETRIES_MAX = 1_000_000;

    static Timing read(Fields fields) {
      return new Timing(
          fields.number("intervalSeconds", SECONDS_MIN, SECONDS_MAX),
          fields.number("timeoutSeconds", SECONDS_MIN, SECONDS_MAX),
          fields.integer("retries", 1, RETRIES_MAX),
          fields.number("startPeriodSeconds", 0, SECONDS_MAX),
          fields.number("startIntervalSeconds", SECONDS_MIN, SECONDS_MAX));
    }

    /** 30 s where nothing is said. */
    public Duration interval() {
      return duration(intervalSeconds, 30);
    }

    /** 30 s where nothing is said. */
    public Duration timeout() {
      return duration(timeoutSeconds, 30);
    }

    /** 3 where nothing is said. */
    public int failuresMax() {
      return retries == null ? 3 : retries;
    }

    /** None where nothing is said. */
    public Duration startPeriod() {
      return duration(startPeriodSeconds, 0);
    }

    /** 5 s where nothing is said. */
    public Duration startInterval() {
      return duration(startIntervalSeconds, 5);
    }

    private Timing over(Timing image) {
      return new Timing(
          either(intervalSeconds, image.intervalSeconds),
          either(timeoutSeconds, image.timeoutSeconds),
          either(retries, image.retries),
          either(startPeriodSeconds, image.startPeriodSeconds),
          either(startIntervalSeconds, image.startIntervalSeconds));
    }

    private static Duration duration(@Nullable Double seconds, double otherwise) {
      return Duration.ofMillis(Math.round((seconds == null ? otherwise : seconds) * 1000));
    }
  }

  static Parsed<HealthCheck> parse(Fields fields) {
    Probe probe = probe(fields);
    Timing timing = Timing.read(fields);
    return fields.finish(() -> new HealthCheck(probe, timing));
  }

  /** What this says, and what the image says where this says nothing; as Docker merges them. */
  public HealthCheck over(HealthCheck image) {
    return new HealthCheck(either(probe, image.probe), timing.over(image.timing));
  }

  private static @Nullable Probe probe(Fields fields) {
    List<Probe> probes = new ArrayList<>();
    if (fields.isText("command")) {
      add(probes, fields.text("command"), Probe.Shell::new);
    } else {
      List<String> command = fields.texts("command");
      if (command != null && command.isEmpty()) {
        fields.refuse("command", ReasonCode.INVALID_FIELD, "must not be empty");
      }
      add(probes, command, Probe.Exec::new);
    }
    add(probes, fields.object("http", HttpGet::parse), Probe.Http::new);
    add(probes, fields.object("tcp", TcpPort::parse), Probe.Tcp::new);
    if (fields.flag("none")) {
      probes.add(new Probe.None());
    }
    if (probes.size() > 1) {
      fields.refuse(
          "", ReasonCode.INVALID_FIELD, "must have one of command, http, tcp and none only");
    }
    return probes.isEmpty() ? null : probes.getFirst();
  }

  private static <T> void add(
      List<Probe> probes, @Nullable T value, java.util.function.Function<T, Probe> probe) {
    Stream.ofNullable(value).map(probe).forEach(probes::add);
  }

  private static int portIn(Fields fields) {
    Integer port = fields.integer("port", 1, PORT_MAX);
    if (port == null) {
      fields.refuse("port", ReasonCode.MISSING_FIELD, "is required");
      return 1;
    }
    return port;
  }

  private static <T> @Nullable T either(@Nullable T mine, @Nullable T theirs) {
    return mine == null ? theirs : mine;
  }
}
