package dev.gantry.oci.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Docker's extension of the image config: how to find out whether a container does its work. 0
 * stands for absent.
 *
 * @param test {@code ["NONE"]}, {@code ["CMD", argument…]}, {@code ["CMD-SHELL", line]}; empty:
 *     nothing is said
 * @param retries failures in a row
 */
public record ImageHealthcheck(
    List<String> test,
    long intervalNanos,
    long timeoutNanos,
    long startPeriodNanos,
    long startIntervalNanos,
    long retries) {
  /** Copies the list. */
  public ImageHealthcheck {
    test = List.copyOf(test);
  }

  static ImageHealthcheck read(JsonDocument json) throws InvalidImageException {
    return new ImageHealthcheck(
        json.texts("Test"),
        json.size("Interval"),
        json.size("Timeout"),
        json.size("StartPeriod"),
        json.size("StartInterval"),
        json.size("Retries"));
  }

  void write(ObjectNode json) {
    if (!test.isEmpty()) {
      ArrayNode words = json.putArray("Test");
      test.forEach(words::add);
    }
    putUnlessZero(json, "Interval", intervalNanos);
    putUnlessZero(json, "Timeout", timeoutNanos);
    putUnlessZero(json, "StartPeriod", startPeriodNanos);
    putUnlessZero(json, "StartInterval", startIntervalNanos);
    putUnlessZero(json, "Retries", retries);
  }

  private static void putUnlessZero(ObjectNode json, String name, long value) {
    if (value != 0) {
      json.put(name, value);
    }
  }
}
