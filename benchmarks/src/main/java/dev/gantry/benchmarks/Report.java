package dev.gantry.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a benchmark found, in the order in which it was added, and the machine it was found on. */
final class Report {
  private final ObjectNode machine = Machine.facts();
  private final Map<String, List<Double>> samples = new LinkedHashMap<>();
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Map<String, String> notMeasured = new LinkedHashMap<>();

  private record Value(double number, String unit) {}

  /** One more sample of a time. */
  void sample(String name, double millis) {
    samples.computeIfAbsent(name, _ -> new ArrayList<>()).add(millis);
  }

  /** A quantity that was measured once, or is a mean already. */
  void value(String name, double number, String unit) {
    values.put(name, new Value(number, unit));
  }

  /** Something that should stand here, and why it does not. */
  void notMeasured(String name, String why) {
    notMeasured.put(name, why);
  }

  void print(boolean json) {
    List<Figures> figures =
        samples.entrySet().stream().map(e -> Figures.of(e.getKey(), e.getValue())).toList();
    if (json) {
      System.out.println(json(figures).toPrettyString());
      return;
    }
    machine
        .properties()
        .forEach(fact -> System.out.printf("%-12s %s%n", fact.getKey(), fact.getValue().asText()));
    figures.forEach(figure -> System.out.println(figure.line()));
    values.forEach(
        (name, value) ->
            System.out.printf(
                Locale.ROOT, "%-56s %10.2f %s%n", name, value.number(), value.unit()));
    notMeasured.forEach((name, why) -> System.out.printf("%s was not measured: %s%n", name, why));
  }

  private ObjectNode json(List<Figures> figures) {
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.set("machine", machine);
    ObjectNode spreads = report.putObject("figures");
    figures.forEach(figure -> figure.addTo(spreads));
    ObjectNode singles = report.putObject("values");
    values.forEach(
        (name, value) ->
            singles.putObject(name).put("value", value.number()).put("unit", value.unit()));
    ObjectNode missing = report.putObject("notMeasured");
    notMeasured.forEach(missing::put);
    return report;
  }
}
