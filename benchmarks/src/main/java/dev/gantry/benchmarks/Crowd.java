package dev.gantry.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Many runs of one kind that live at the same time. One thread. */
final class Crowd {
  private final PlatformUnderTest platform;
  private final String spec;
  private final int parallel;
  private final List<PlatformUnderTest.Fact> alive = new ArrayList<>();
  private int number;

  /**
   * Nobody yet.
   *
   * @param spec members of the request, but for the name
   * @param parallel how many requests are under way at a time
   */
  Crowd(PlatformUnderTest platform, String spec, int parallel) {
    this.platform = platform;
    this.spec = spec;
    this.parallel = parallel;
  }

  /** The {@code started} facts of those that live. */
  List<PlatformUnderTest.Fact> alive() {
    return List.copyOf(alive);
  }

  /** Starts so many more; returns the seconds from the first request to the last fact. */
  double start(int count, Duration patience) throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(PlatformUnderTest.name(number++));
    }
    List<PlatformUnderTest.Fact> started = new ArrayList<>();
    double seconds =
        each(
            names,
            name -> platform.run("{\"name\":\"%s\",%s}".formatted(name, spec)),
            "started",
            started,
            patience);
    alive.addAll(started);
    return seconds;
  }

  /** Removes all; returns the seconds from the first request to the last fact. */
  double remove(Duration patience) throws IOException {
    List<String> names = alive.stream().map(PlatformUnderTest.Fact::name).toList();
    double seconds = each(names, platform::remove, "removed", new ArrayList<>(), patience);
    alive.clear();
    return seconds;
  }

  private double each(
      List<String> names,
      Consumer<String> request,
      String verb,
      List<PlatformUnderTest.Fact> answers,
      Duration patience)
      throws IOException {
    Set<String> awaited = new HashSet<>();
    long begun = System.nanoTime();
    int next = 0;
    while (next < names.size() || !awaited.isEmpty()) {
      while (next < names.size() && awaited.size() < parallel) {
        awaited.add(names.get(next));
        request.accept(names.get(next++));
      }
      for (PlatformUnderTest.Fact fact : platform.poll(Duration.ofMillis(100))) {
        if (fact.verb().equals(verb) && awaited.remove(fact.name())) {
          answers.add(fact);
        }
      }
      if (System.nanoTime() - begun > patience.toNanos()) {
        throw new IllegalStateException(
            "%d are not %s within %s".formatted(awaited.size(), verb, patience));
      }
    }
    return (System.nanoTime() - begun) / 1e9;
  }
}
