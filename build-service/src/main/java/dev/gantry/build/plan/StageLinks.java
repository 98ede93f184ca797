package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.At;
import dev.gantry.build.dockerfile.Dockerfile;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.dockerfile.Stage;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what {@code --from} and {@code from=} of a stage's instructions name. */
final class StageLinks {
  private static final int INDEX_DIGITS_MAX = 5;

  private StageLinks() {}

  /** What the instruction takes files from, the context aside. */
  static List<Origin> of(Dockerfile dockerfile, int stage, Instruction instruction) {
    return switch (instruction) {
      case Instruction.Copy copy ->
          copy.flags().from() == null ? List.of() : List.of(source(dockerfile, stage, copy));
      case Instruction.Run run ->
          run.flags().mounts().stream()
              .map(text -> MountFlag.parse(text, run.at()))
              .filter(flag -> flag.from() != null)
              .map(flag -> source(dockerfile, stage, flag))
              .toList();
      default -> List.of();
    };
  }

  /** Where a COPY of the stage takes its sources from. */
  static Origin source(Dockerfile dockerfile, int stage, Instruction.Copy copy) {
    String from = copy.flags().from();
    return from == null
        ? new Origin.Context()
        : origin(dockerfile, stage, from, copy.at(), "--from=" + from);
  }

  /** Where a mount of a RUN of the stage takes its content from; the context where it says none. */
  static Origin source(Dockerfile dockerfile, int stage, MountFlag flag) {
    String from = flag.from();
    return from == null
        ? new Origin.Context()
        : origin(dockerfile, stage, from, flag.at(), "from=" + from);
  }

  private static Origin origin(Dockerfile dockerfile, int stage, String from, At at, String part) {
    int found = named(dockerfile, from, dockerfile.stages().size());
    if (found == stage) {
      throw DockerfileException.syntax(
              at, at.spot(part), "circular dependency: the stage takes files from itself")
          .hint("name an earlier stage, or an image");
    }
    if (found > stage) {
      found = named(dockerfile, from, stage);
    }
    if (found >= 0) {
      return new Origin.Earlier(found);
    }
    if (isNumber(from)) {
      throw DockerfileException.syntax(
              at, at.spot(part), "invalid " + part + ": there is no such earlier stage")
          .hint("stages are counted from 0; this one is " + stage);
    }
    if (named(dockerfile, from, dockerfile.stages().size()) >= 0) {
      throw DockerfileException.syntax(
              at,
              at.spot(part),
              "cannot copy from stage \""
                  + from
                  + "\", it needs to be defined before current stage \""
                  + dockerfile.stages().get(stage).label()
                  + "\"")
          .hint("move its FROM up");
    }
    return from.equals("scratch") ? new Origin.Scratch() : new Origin.Image(from);
  }

  /** The last stage before {@code limit} of that name (whatever its case), or index; -1: none. */
  static int named(Dockerfile dockerfile, String text, int limit) {
    for (int i = limit - 1; i >= 0; i--) {
      if (text.equalsIgnoreCase(dockerfile.stages().get(i).from().name())) {
        return i;
      }
    }
    if (isNumber(text) && text.length() <= INDEX_DIGITS_MAX) {
      int index = Integer.parseInt(text);
      return index < limit ? index : -1;
    }
    return -1;
  }

  private static boolean isNumber(@Nullable String text) {
    return text != null && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** The names of all stages, for a person. */
  static String names(Dockerfile dockerfile) {
    return dockerfile.stages().stream()
        .map(Stage::label)
        .filter(Objects::nonNull)
        .collect(Collectors.joining(", "));
  }
}
