package dev.gantry.cli.request;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.TypeConversionException;

/** {@code a=1,b,c=2}: what docker's long forms are made of. */
final class Options {
  private final String text;
  private final Map<String, String> values = new LinkedHashMap<>();

  Options(String text) {
    this.text = text;
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      values.put(name, equals < 0 ? "true" : part.substring(equals + 1));
    }
  }

  /** Takes the value of the first of these names that is there; empty when none is. */
  String take(String... names) {
    for (String name : names) {
      String value = values.remove(name);
      if (value != null) {
        return value;
      }
    }
    return "";
  }

  boolean takeFlag(String... names) {
    String value = take(names);
    if (!value.isEmpty() && !value.equals("true") && !value.equals("1") && !isNo(value)) {
      throw new TypeConversionException("'" + text + "': " + names[0] + " is true or false");
    }
    return !value.isEmpty() && !isNo(value);
  }

  /** Refuses what nobody took. */
  void finish() {
    if (!values.isEmpty()) {
      throw new TypeConversionException(
          "'" + text + "': there is no option " + values.keySet().iterator().next());
    }
  }

  private static boolean isNo(String value) {
    return value.equals("false") || value.equals("0");
  }
}
