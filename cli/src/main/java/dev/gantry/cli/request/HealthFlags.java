package dev.gantry.cli.request;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a container's health is found out. */
final class HealthFlags {
  @Option(
      names = "--health-cmd",
      paramLabel = "COMMAND",
      description = "Healthy when this ends with 0 in the container.")
  private @Nullable String command;

  @Option(
      names = "--health-http",
      paramLabel = "PORT[/PATH]",
      description = "Healthy when this port answers with a status from 200 to 399.")
  private @Nullable String http;

  @Option(
      names = "--health-tcp",
      paramLabel = "PORT",
      description = "Healthy when this port accepts a connection.")
  private @Nullable Integer tcp;

  @Option(
      names = "--health-interval",
      paramLabel = "DURATION",
      converter = Seconds.class,
      description = "Time between checks (default: 30s).")
  private @Nullable Double interval;

  @Option(
      names = "--health-timeout",
      paramLabel = "DURATION",
      converter = Seconds.class,
      description = "Time that a check may take (default: 30s).")
  private @Nullable Double timeout;

  @Option(
      names = "--health-retries",
      paramLabel = "NUMBER",
      description = "Failures in a row that make it unhealthy (default: 3).")
  private @Nullable Integer retries;

  @Option(
      names = "--health-start-period",
      paramLabel = "DURATION",
      converter = Seconds.class,
      description = "Time after the start in which failures do not count (default: 0s).")
  private @Nullable Double startPeriod;

  @Option(
      names = "--health-start-interval",
      paramLabel = "DURATION",
      converter = Seconds.class,
      description = "Time between checks in the start period (default: 5s).")
  private @Nullable Double startInterval;

  @Option(names = "--no-healthcheck", description = "No check, not even the image's.")
  private boolean none;

  void write(SpecWriter spec) {
    spec.inside(
        "healthcheck",
        check -> {
          check.text("command", command);
          check.flag("none", none);
          check.inside("http", this::writeHttp);
          check.inside("tcp", probe -> probe.integer("port", tcp));
          check.number("intervalSeconds", interval);
          check.number("timeoutSeconds", timeout);
          check.integer("retries", retries);
          check.number("startPeriodSeconds", startPeriod);
          check.number("startIntervalSeconds", startInterval);
        });
  }

  private void writeHttp(SpecWriter probe) {
    if (http == null) {
      return;
    }
    String text = http.toLowerCase(Locale.ROOT);
    int slash = text.indexOf('/');
    String port = slash < 0 ? text : text.substring(0, slash);
    if (port.matches("[0-9]{1,9}")) {
      probe.integer("port", Integer.valueOf(port));
    } else {
      probe.text("port", port);
    }
    probe.text("path", slash < 0 ? null : http.substring(slash));
  }
}
