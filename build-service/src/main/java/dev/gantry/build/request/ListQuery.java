package dev.gantry.build.request;

import dev.gantry.build.problem.ProblemException;
import dev.gantry.build.queue.BuildFilter;
import dev.gantry.build.queue.BuildState;
import dev.gantry.events.ReasonCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of a list of builds. */
final class ListQuery {
  private static final Set<String> KNOWN =
      Set.of("limit", "cursor", "state", "tag", "since", "until");
  private static final int LIMIT_DEFAULT = 100;
  private static final int LIMIT_MAX = 500;

  private final Map<String, List<String>> parameters;

  ListQuery(Map<String, List<String>> parameters) {
    this.parameters = parameters;
    for (String name : parameters.keySet()) {
      if (!KNOWN.contains(name)) {
        throw refused(name, "there is no parameter " + name);
      }
    }
  }

  int limit() {
    String text = first("limit");
    int limit = text == null ? LIMIT_DEFAULT : (int) Math.clamp(number("limit", text), -1, 1000);
    if (limit < 1 || limit > LIMIT_MAX) {
      throw refused("limit", "limit must be 1 to " + LIMIT_MAX);
    }
    return limit;
  }

  BuildFilter filter() {
    Set<BuildState> states = EnumSet.noneOf(BuildState.class);
    for (String label : parameters.getOrDefault("state", List.of())) {
      states.add(state(label));
    }
    String cursor = first("cursor");
    return new BuildFilter(
        states,
        first("tag"),
        time("since"),
        time("until"),
        cursor == null ? Long.MAX_VALUE : number("cursor", cursor));
  }

  /** Where the list goes on behind a position: with the same filter. */
  String next(long position) {
    List<String> pairs = new ArrayList<>();
    pairs.add("cursor=" + position);
    parameters.forEach(
        (name, values) -> {
          if (!name.equals("cursor")) {
            values.forEach(
                value -> pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
          }
        });
    return "/v1/builds?" + String.join("&", pairs);
  }

  private static BuildState state(String label) {
    for (BuildState state : BuildState.values()) {
      if (state.label().equals(label)) {
        return state;
      }
    }
    throw refused("state", "there is no state " + label);
  }

  private @Nullable Instant time(String name) {
    String text = first(name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw refused(name, name + " must be a time like 2026-01-31T12:00:00Z");
    }
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw refused(name, name + " must be a whole number");
    }
  }

  private @Nullable String first(String name) {
    List<String> values = parameters.getOrDefault(name, List.of());
    return values.isEmpty() ? null : values.getFirst();
  }

  private static ProblemException refused(String name, String detail) {
    return new ProblemException(ReasonCode.INVALID_PARAMETER, detail, name);
  }
}
