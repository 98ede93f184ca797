package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Linux signal, by the name and the number of x86-64 and arm64 (signal(7)).
 *
 * @param name as {@code SIGTERM}, {@code SIGRTMIN+3}; the number itself where it has no name
 */
public record Signal(String name, int number) {
  private static final int RTMIN = 34;
  private static final int RTMAX = 64;
  private static final Pattern REAL_TIME =
      Pattern.compile("RTMIN(?:\\+([0-9]{1,2}))?|RTMAX(?:-([0-9]{1,2}))?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,2}");
  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("HUP", 1),
          Map.entry("INT", 2),
          Map.entry("QUIT", 3),
          Map.entry("ILL", 4),
          Map.entry("TRAP", 5),
          Map.entry("ABRT", 6),
          Map.entry("BUS", 7),
          Map.entry("FPE", 8),
          Map.entry("KILL", 9),
          Map.entry("USR1", 10),
          Map.entry("SEGV", 11),
          Map.entry("USR2", 12),
          Map.entry("PIPE", 13),
          Map.entry("ALRM", 14),
          Map.entry("TERM", 15),
          Map.entry("STKFLT", 16),
          Map.entry("CHLD", 17),
          Map.entry("CONT", 18),
          Map.entry("STOP", 19),
          Map.entry("TSTP", 20),
          Map.entry("TTIN", 21),
          Map.entry("TTOU", 22),
          Map.entry("URG", 23),
          Map.entry("XCPU", 24),
          Map.entry("XFSZ", 25),
          Map.entry("VTALRM", 26),
          Map.entry("PROF", 27),
          Map.entry("WINCH", 28),
          Map.entry("IO", 29),
          Map.entry("PWR", 30),
          Map.entry("SYS", 31));

  /** Reads {@code TERM}, {@code SIGTERM}, {@code sigterm}, {@code 15}, {@code SIGRTMIN+3}. */
  public static Parsed<Signal> parse(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    String plain = upper.startsWith("SIG") ? upper.substring("SIG".length()) : upper;
    if (NUMBER.matcher(text).matches()) {
      int number = Integer.parseInt(text);
      return number >= 1 && number <= RTMAX ? new Parsed.Valid<>(of(number)) : refused(text);
    }
    Integer number = NUMBERS.get(plain);
    if (number != null) {
      return new Parsed.Valid<>(new Signal("SIG" + plain, number));
    }
    Matcher realTime = REAL_TIME.matcher(plain);
    return realTime.matches() ? parseRealTime(plain, realTime, text) : refused(text);
  }

  /** The signal of a number. */
  public static Signal of(int number) {
    return NUMBERS.entrySet().stream()
        .filter(entry -> entry.getValue() == number)
        .findFirst()
        .map(entry -> new Signal("SIG" + entry.getKey(), number))
        .orElseGet(() -> new Signal(Integer.toString(number), number));
  }

  private static Parsed<Signal> parseRealTime(String plain, Matcher matcher, String text) {
    String up = matcher.group(1);
    String down = matcher.group(2);
    int number =
        plain.startsWith("RTMIN")
            ? RTMIN + (up == null ? 0 : Integer.parseInt(up))
            : RTMAX - (down == null ? 0 : Integer.parseInt(down));
    return number >= RTMIN && number <= RTMAX
        ? new Parsed.Valid<>(new Signal("SIG" + plain, number))
        : refused(text);
  }

  private static Parsed<Signal> refused(String text) {
    return Parsed.invalid(
        Text.quoted(text) + " is not a signal: SIGTERM, TERM, 15, SIGRTMIN+3, ...");
  }

  @JsonValue
  @Override
  public String toString() {
    return name;
  }
}
