package dev.gantry.build.cache;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the result of a step depends on.
 *
 * @param parent the key of the file system that it begins with
 * @param instruction with everything expanded
 * @param env args and environment, for steps that see them
 * @param sources by path, for COPY: kind, mode, owner and content; never times
 */
public record StepInputs(
    String parent, String instruction, Map<String, String> env, Map<String, String> sources) {
  private static final int NAMED_MAX = 3;

  /** Copies the maps. */
  public StepInputs {
    env = Map.copyOf(env);
    sources = Map.copyOf(sources);
  }

  /** What differs from the inputs that the same place had before, for a person. */
  public String changeSince(StepInputs before) {
    return difference("ARG", before.env, env, true)
        .or(() -> difference("file", before.sources, sources, false))
        .or(() -> changedInstruction(before))
        .or(
            () ->
                parent.equals(before.parent)
                    ? Optional.empty()
                    : Optional.of("parent step changed"))
        .orElse("the cached layer is gone");
  }

  private Optional<String> changedInstruction(StepInputs before) {
    return instruction.equals(before.instruction)
        ? Optional.empty()
        : Optional.of("instruction changed");
  }

  private static Optional<String> difference(
      String what, Map<String, String> before, Map<String, String> now, boolean values) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    names.removeIf(name -> Objects.equals(before.get(name), now.get(name)));
    if (names.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    names.stream()
        .limit(NAMED_MAX)
        .forEach(
            name -> {
              text.append(text.isEmpty() ? "" : ", ").append(what).append(' ').append(name);
              text.append(change(before.get(name), now.get(name), values));
            });
    if (names.size() > NAMED_MAX) {
      text.append(" and ").append(names.size() - NAMED_MAX).append(" more");
    }
    return Optional.of(text.toString());
  }

  private static String change(@Nullable String before, @Nullable String now, boolean values) {
    if (before == null) {
      return " added";
    }
    if (now == null) {
      return " removed";
    }
    return values ? " " + shortened(before) + "→" + shortened(now) : " changed";
  }

  private static String shortened(String value) {
    return value.length() <= 40 ? value : value.substring(0, 40) + "…";
  }
}
