package dev.gantry.run.stats;

import dev.gantry.isolation.sandbox.Sandbox;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what runs use, look by look; what was used lately is since the look before. For one reader.
 */
final class StatsReader {
  private final Runs runs;
  private final Map<String, Sample> before = new HashMap<>();

  StatsReader(Runs runs) {
    this.runs = runs;
  }

  /** One run; empty when it does not run. */
  Optional<RunStats> read(RunView run) {
    Sample last = before.get(run.id().value());
    Optional<Sample> sample = sample(run);
    sample.ifPresent(now -> before.put(run.id().value(), now));
    return sample.map(now -> RunStats.of(owner(run), last, now));
  }

  /** All that run. */
  List<RunStats> readAll() {
    List<RunStats> all = new ArrayList<>();
    List<RunView> views = runs.all();
    views.forEach(run -> read(run).ifPresent(all::add));
    before.keySet().retainAll(views.stream().map(run -> run.id().value()).toList());
    return all;
  }

  private Optional<Sample> sample(RunView run) {
    Optional<Sandbox> sandbox = runs.sandbox(run.id()).filter(Sandbox::alive);
    try {
      return sandbox.isPresent() ? Optional.of(Sample.of(sandbox.get())) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it ended while it was looked at
    }
  }

  private static RunStats.Owner owner(RunView run) {
    @Nullable String name = run.name();
    return new RunStats.Owner(run.id().value(), name);
  }
}
