package dev.gantry.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The spread of a measured quantity.
 *
 * @param name what was measured
 * @param values sorted, in milliseconds; never empty
 */
record Figures(String name, double[] values) {

  static Figures of(String name, List<Double> samplesMillis) {
    if (samplesMillis.isEmpty()) {
      throw new IllegalArgumentException("no samples of " + name);
    }
    double[] sorted = samplesMillis.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return new Figures(name, sorted);
  }

  /** The value that {@code percent} of the samples do not exceed (nearest rank). */
  double percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * values.length);
    return values[Math.clamp(rank - 1, 0, values.length - 1)];
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "%-44s n=%-5d min %7.2f  p50 %7.2f  p90 %7.2f  p99 %7.2f  max %7.2f ms",
        name,
        values.length,
        values[0],
        percentile(50),
        percentile(90),
        percentile(99),
        values[values.length - 1]);
  }

  void addTo(ObjectNode parent) {
    ObjectNode figures = parent.putObject(name);
    figures.put("samples", values.length);
    figures.put("minMillis", values[0]);
    figures.put("p50Millis", percentile(50));
    figures.put("p90Millis", percentile(90));
    figures.put("p99Millis", percentile(99));
    figures.put("maxMillis", values[values.length - 1]);
  }
}
