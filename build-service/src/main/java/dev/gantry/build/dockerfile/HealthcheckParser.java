package dev.gantry.build.dockerfile;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** HEALTHCHECK. */
final class HealthcheckParser {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Pattern RETRIES = Pattern.compile("[+-]?\\d{1,9}");

  private final Statement statement;
  private final Flags flags;

  HealthcheckParser(Statement statement, Flags flags) {
    this.statement = statement;
    this.flags = flags;
  }

  Instruction.Healthcheck healthcheck() {
    String[] parts = flags.rest().split("\\s+", 2);
    String arguments = parts.length < 2 ? "" : parts[1];
    return switch (parts[0].toUpperCase(Locale.ROOT)) {
      case "" -> throw statement.syntax("HEALTHCHECK requires at least one argument");
      case "NONE" -> none(arguments);
      case "CMD" -> new Instruction.Healthcheck(statement.at(), probe(arguments));
      default ->
          throw statement.syntax(
              parts[0], "unknown type \"" + parts[0] + "\" in HEALTHCHECK (try CMD)");
    };
  }

  private Instruction.Healthcheck none(String arguments) {
    if (!arguments.isEmpty()) {
      throw statement.syntax(arguments, "HEALTHCHECK NONE takes no arguments");
    }
    flags.end();
    return new Instruction.Healthcheck(statement.at(), null);
  }

  private Instruction.Probe probe(String arguments) {
    Duration interval = duration("interval");
    Duration timeout = duration("timeout");
    Duration startPeriod = duration("start-period");
    Duration startInterval = duration("start-interval");
    Integer retries = retries(flags.text("retries"));
    flags.end();
    if (arguments.isEmpty() || arguments.equals("[]")) {
      throw statement.syntax("missing command after HEALTHCHECK CMD");
    }
    Command command = InstructionParser.command(statement, arguments);
    return new Instruction.Probe(command, interval, timeout, startPeriod, startInterval, retries);
  }

  private @Nullable Duration duration(String flag) {
    String text = flags.text(flag);
    if (text == null || text.isEmpty()) {
      return null;
    }
    Duration duration =
        GoValues.duration(text)
            .orElseThrow(
                () ->
                    statement
                        .syntax("--" + flag, "invalid duration --" + flag + "=" + text)
                        .hint("it is a number with a unit, such as 30s, 1m30s or 500ms"));
    if (!duration.isZero() && duration.compareTo(SHORTEST) < 0) {
      throw statement.syntax("--" + flag, "--" + flag + "=" + text + " cannot be less than 1ms");
    }
    return duration;
  }

  private @Nullable Integer retries(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (!RETRIES.matcher(text).matches()) {
      throw statement
          .syntax("--retries", "invalid number --retries=" + text)
          .hint("it is a number of failures in a row, such as 3");
    }
    int retries = Integer.parseInt(text);
    if (retries < 0) {
      throw statement.syntax("--retries", "--retries cannot be negative (" + retries + ")");
    }
    return retries;
  }
}
