package dev.gantry.cli.request;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as docker takes them ({@code 1m30s}, {@code 500ms}), or a number of seconds. */
public final class Seconds implements ITypeConverter<Double> {
  private static final Map<String, Double> UNITS =
      Map.of("ns", 1e-9, "us", 1e-6, "µs", 1e-6, "ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0);
  private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?");

  @Override
  public Double convert(String text) {
    if (NUMBER.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    Matcher part = PART.matcher(text);
    double seconds = 0;
    int end = 0;
    while (part.find() && part.start() == end) {
      seconds += Double.parseDouble(part.group(1)) * UNITS.getOrDefault(part.group(2), 0.0);
      end = part.end();
    }
    if (end == 0 || end != text.length()) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration: seconds, or 500ms, 1m30s, 2h");
    }
    return seconds;
  }
}
