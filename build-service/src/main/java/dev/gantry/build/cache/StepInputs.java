package dev.gantry.build.cache;

import dev.gantry.oci.content.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the result of a step depends on.
 *
 * @param parent the key of the file system that it begins with
 * @param instruction with everything expanded
 * @param values by kind and name, as in {@code ARG VERSION}, {@code ENV PATH} or {@code base
 *     debian:12}: told with what they were and what they are
 * @param sources by path, of files that are read: kind, mode, owner and content; never times
 */
public record StepInputs(
    String parent, String instruction, Map<String, String> values, Map<String, String> sources) {
  private static final int NAMED_MAX = 3;
  private static final int KEPT_MAX = 20_000;
  private static final int KEPT_DIGITS = 12;
  private static final int VALUE_LENGTH_MAX = 40;
  private static final int INSTRUCTION_LENGTH_MAX = 120;

  /** Copies the maps. */
  public StepInputs {
    values = Map.copyOf(values);
    sources = Map.copyOf(sources);
  }

  /**
   * As much of it as is needed to see later what changed: a short digest of each source, and of
   * very many sources one for all.
   */
  public StepInputs brief() {
    Map<String, String> brief = new TreeMap<>();
    if (sources.size() > KEPT_MAX) {
      brief.put("(many)", CacheKey.of(new StepInputs("", "", Map.of(), sources)).value());
    } else {
      sources.forEach((path, content) -> brief.put(path, digits(content)));
    }
    return new StepInputs(parent, instruction, values, brief);
  }

  private static String digits(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, KEPT_DIGITS);
  }

  /**
   * What differs from the inputs that the same place had before, for a person; both {@link #brief}.
   * Empty where nothing but the file system below does, or nothing at all.
   */
  public Optional<String> changeSince(StepInputs before) {
    return difference("", before.values, values, true)
        .or(() -> difference("file ", before.sources, sources, false))
        .or(() -> changedInstruction(before));
  }

  private Optional<String> changedInstruction(StepInputs before) {
    return instruction.equals(before.instruction)
        ? Optional.empty()
        : Optional.of(
            "instruction changed: it was " + shortened(before.instruction, INSTRUCTION_LENGTH_MAX));
  }

  private static Optional<String> difference(
      String what, Map<String, String> before, Map<String, String> now, boolean told) {
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
              text.append(text.isEmpty() ? "" : ", ").append(what).append(name);
              text.append(change(before.get(name), now.get(name), told));
            });
    if (names.size() > NAMED_MAX) {
      text.append(" and ").append(names.size() - NAMED_MAX).append(" more");
    }
    return Optional.of(text.toString());
  }

  private static String change(@Nullable String before, @Nullable String now, boolean told) {
    if (before == null) {
      return " added";
    }
    if (now == null) {
      return " removed";
    }
    return told
        ? " " + shortened(before, VALUE_LENGTH_MAX) + "→" + shortened(now, VALUE_LENGTH_MAX)
        : " changed";
  }

  private static String shortened(String value, int lengthMax) {
    return value.length() <= lengthMax ? value : value.substring(0, lengthMax) + "…";
  }
}
