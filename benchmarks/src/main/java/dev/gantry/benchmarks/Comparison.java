package dev.gantry.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What two servers did in the same rounds: medians side by side, and how many times better. */
final class Comparison {
  private final String ours;
  private final String theirs;
  private final Map<String, Row> rows = new LinkedHashMap<>();

  /** Two servers by their labels. */
  Comparison(String ours, String theirs) {
    this.ours = ours;
    this.theirs = theirs;
  }

  private record Row(String unit, boolean moreIsBetter, List<Double> ours, List<Double> theirs) {}

  /** One more sample of something of which more is better. */
  void rate(String what, RegistryServer server, double number, String unit) {
    add(what, server, number, new Row(unit, true, new ArrayList<>(), new ArrayList<>()));
  }

  /** One more sample of something of which less is better. */
  void cost(String what, RegistryServer server, double number, String unit) {
    add(what, server, number, new Row(unit, false, new ArrayList<>(), new ArrayList<>()));
  }

  private void add(String what, RegistryServer server, double number, Row empty) {
    Row row = rows.computeIfAbsent(what, _ -> empty);
    (server.label().equals(ours) ? row.ours() : row.theirs()).add(number);
  }

  /** Adds each row to the report: ours, theirs, and the ratio, above 1 where ours is better. */
  void addTo(Report report) {
    rows.forEach(
        (what, row) -> {
          double mine = value(report, what + ": " + ours, row.ours(), row.unit());
          double other = value(report, what + ": " + theirs, row.theirs(), row.unit());
          if (mine > 0 && other > 0) {
            double ratio = row.moreIsBetter() ? mine / other : other / mine;
            report.value(what + ": ratio", ratio, "×");
          }
        });
  }

  private static double value(Report report, String name, List<Double> samples, String unit) {
    if (samples.isEmpty()) {
      return 0;
    }
    double median = Figures.of(name, samples).percentile(50);
    report.value(name, median, unit);
    return median;
  }
}
