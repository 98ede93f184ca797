package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.Dockerfile;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.DockerfileProblem;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.dockerfile.NameValue;
import dev.gantry.build.dockerfile.Stage;
import dev.gantry.build.dockerfile.WordExpander;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which stages the target needs and what each begins with; known before any image is.
 *
 * @param dockerfile all of it
 * @param options what the request says
 * @param bases by stage index, for every stage
 * @param needed indexes of the stages to build, in order; the last is the target
 * @param globals the values of the ARGs before the first FROM
 */
public record StageGraph(
    Dockerfile dockerfile,
    BuildOptions options,
    List<Origin> bases,
    List<Integer> needed,
    Map<String, String> globals) {

  /** Works out the graph; refuses a target, base or platform that cannot be. */
  public static PlanOutcome<StageGraph> of(Dockerfile dockerfile, BuildOptions options) {
    try {
      return new PlanOutcome.Planned<>(new Resolver(dockerfile, options).graph());
    } catch (DockerfileException e) {
      return new PlanOutcome.Refused<>(e.problem());
    }
  }

  /** The references of all images that the needed stages begin with or copy from. */
  public Set<String> images() {
    Set<String> images = new LinkedHashSet<>();
    for (int index : needed) {
      addImage(bases.get(index), images);
      for (Instruction instruction : dockerfile.stages().get(index).instructions()) {
        if (instruction instanceof Instruction.Copy copy) {
          addImage(source(dockerfile, index, copy), images);
        }
      }
    }
    return images;
  }

  private static void addImage(Origin origin, Set<String> images) {
    if (origin instanceof Origin.Image image) {
      images.add(image.reference());
    }
  }

  /** Where a COPY of the stage takes its sources from. */
  static Origin source(Dockerfile dockerfile, int stage, Instruction.Copy copy) {
    String from = copy.flags().from();
    if (from == null) {
      return new Origin.Context();
    }
    int earlier = stageNamed(dockerfile, from, stage);
    if (earlier >= 0) {
      return new Origin.Earlier(earlier);
    }
    if (from.chars().allMatch(Character::isDigit)) {
      throw DockerfileException.syntax(
          copy.at(),
          copy.at().spot("--from"),
          "invalid --from=" + from + ": there is no such earlier stage");
    }
    return from.equals("scratch") ? new Origin.Scratch() : new Origin.Image(from);
  }

  /** The stage before {@code limit} of that name (whatever its case) or index; -1: none. */
  private static int stageNamed(Dockerfile dockerfile, String text, int limit) {
    for (int i = limit - 1; i >= 0; i--) {
      if (text.equalsIgnoreCase(dockerfile.stages().get(i).from().name())) {
        return i;
      }
    }
    if (!text.isEmpty() && text.length() < 6 && text.chars().allMatch(Character::isDigit)) {
      int index = Integer.parseInt(text);
      return index < limit ? index : -1;
    }
    return -1;
  }

  private static final class Resolver {
    private final Dockerfile dockerfile;
    private final BuildOptions options;
    private final Map<String, String> globals = new LinkedHashMap<>();

    Resolver(Dockerfile dockerfile, BuildOptions options) {
      this.dockerfile = dockerfile;
      this.options = options;
    }

    StageGraph graph() {
      int target = target();
      Map<String, String> platform =
          PlatformArgs.of(options, dockerfile.stages().get(target).label());
      readGlobals(platform);
      List<Origin> bases = new ArrayList<>();
      for (Stage stage : dockerfile.stages()) {
        bases.add(base(stage, platform));
      }
      return new StageGraph(
          dockerfile, options, List.copyOf(bases), needed(target, bases), Map.copyOf(globals));
    }

    private void readGlobals(Map<String, String> platform) {
      for (Instruction.Arg arg : dockerfile.globals()) {
        for (NameValue pair : arg.pairs()) {
          String given = options.buildArgs().get(pair.name());
          String value = given == null ? pair.value() : given;
          if (given == null && value != null) {
            value =
                new WordExpander(dockerfile.escape(), arg.at())
                    .expand(value, name -> lookup(name, platform));
          }
          if (value != null) {
            globals.put(pair.name(), value);
          }
        }
      }
    }

    private @Nullable String lookup(String name, Map<String, String> platform) {
      String value = globals.get(name);
      return value == null ? platform.get(name) : value;
    }

    private Origin base(Stage stage, Map<String, String> platform) {
      Instruction.From from = stage.from();
      WordExpander words = new WordExpander(dockerfile.escape(), from.at());
      String image = words.expand(from.image(), name -> lookup(name, platform));
      if (image.isBlank()) {
        throw DockerfileException.syntax(
            from.at(),
            from.at().spot(from.image()),
            "base name (" + from.image() + ") should not be blank");
      }
      requirePlatform(from, words, platform);
      int earlier = earlierByName(image, stage.index());
      if (earlier >= 0) {
        return new Origin.Earlier(earlier);
      }
      return image.equals("scratch") ? new Origin.Scratch() : new Origin.Image(image);
    }

    private int earlierByName(String image, int limit) {
      boolean number = image.chars().allMatch(Character::isDigit);
      return number ? -1 : stageNamed(dockerfile, image, limit);
    }

    private void requirePlatform(
        Instruction.From from, WordExpander words, Map<String, String> platform) {
      if (from.platform() == null) {
        return;
      }
      String wanted = words.expand(from.platform(), name -> lookup(name, platform));
      if (!wanted.equals(options.platform())) {
        throw DockerfileException.unsupported(
            from.at(),
            from.at().spot("--platform"),
            "platform " + wanted + " is not supported: this host is " + options.platform());
      }
    }

    private int target() {
      String target = options.targets().isEmpty() ? null : options.targets().getLast();
      int last = dockerfile.stages().size();
      if (target == null || target.isEmpty()) {
        return last - 1;
      }
      int index = stageNamed(dockerfile, target, last);
      if (index < 0) {
        throw new DockerfileException(
            new DockerfileProblem(
                DockerfileProblem.Kind.SYNTAX,
                dockerfile.stages().getFirst().from().at().spot(),
                dockerfile.stages().getFirst().from().at().lineEnd(),
                null,
                "target stage \"" + target + "\" could not be found",
                null));
      }
      return index;
    }

    private List<Integer> needed(int target, List<Origin> bases) {
      TreeSet<Integer> needed = new TreeSet<>();
      Deque<Integer> open = new ArrayDeque<>(List.of(target));
      while (!open.isEmpty()) {
        int index = open.pop();
        if (!needed.add(index)) {
          continue;
        }
        follow(bases.get(index), open);
        for (Instruction instruction : dockerfile.stages().get(index).instructions()) {
          if (instruction instanceof Instruction.Copy copy) {
            follow(source(dockerfile, index, copy), open);
          }
        }
      }
      return List.copyOf(needed);
    }

    private static void follow(Origin origin, Deque<Integer> open) {
      if (origin instanceof Origin.Earlier earlier) {
        open.push(earlier.stage());
      }
    }
  }
}
