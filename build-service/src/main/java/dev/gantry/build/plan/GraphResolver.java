package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.At;
import dev.gantry.build.dockerfile.Dockerfile;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.DockerfileParser;
import dev.gantry.build.dockerfile.DockerfileProblem;
import dev.gantry.build.dockerfile.DockerfileWarning;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.dockerfile.NameValue;
import dev.gantry.build.dockerfile.Stage;
import dev.gantry.build.dockerfile.Variables;
import dev.gantry.build.dockerfile.WordExpander;
import dev.gantry.oci.reference.Reference;
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

/** Works a {@link StageGraph} out. */
final class GraphResolver {
  /** What TARGETSTAGE is for a last stage without a name that nobody asked for. */
  private static final String TARGET_DEFAULT = "default";

  private final Dockerfile dockerfile;
  private final BuildOptions options;
  private final Map<String, List<String>> triggers;
  private final Map<String, String> globals = new LinkedHashMap<>();
  private final List<DockerfileWarning> warnings = new ArrayList<>();
  private final Map<String, String> defaults = new LinkedHashMap<>();
  private final Problems problems = new Problems();
  private final Map<String, String> platform;

  /** For images whose ONBUILD is given. */
  GraphResolver(Dockerfile dockerfile, BuildOptions options, Map<String, List<String>> triggers) {
    this.dockerfile = dockerfile;
    this.options = options;
    this.triggers = triggers;
    this.platform = PlatformArgs.of(options, targetName(dockerfile, options));
  }

  /** What TARGETSTAGE says. */
  static String targetName(Dockerfile dockerfile, BuildOptions options) {
    String wanted = options.targets().isEmpty() ? "" : options.targets().getFirst();
    if (!wanted.isEmpty()) {
      return wanted;
    }
    String name = dockerfile.stages().getLast().from().name();
    return name == null ? TARGET_DEFAULT : name;
  }

  PlanOutcome<StageGraph> graph() {
    List<Integer> targets = targets();
    readGlobals();
    List<Origin> bases = new ArrayList<>();
    List<List<Instruction>> instructions = new ArrayList<>();
    for (Stage stage : dockerfile.stages()) {
      Origin base = problems.attempt(() -> base(stage), new Origin.Scratch());
      bases.add(base);
      List<Instruction> all =
          new ArrayList<>(problems.attempt(() -> triggered(stage, base), List.of()));
      all.addAll(stage.instructions());
      instructions.add(List.copyOf(all));
    }
    List<Integer> needed = needed(targets, bases, instructions);
    return problems.any()
        ? new PlanOutcome.Refused<>(problems.all())
        : new PlanOutcome.Planned<>(
            new StageGraph(
                dockerfile, options, bases, instructions, targets, needed, globals, warnings));
  }

  private List<Integer> targets() {
    int last = dockerfile.stages().size() - 1;
    if (options.targets().isEmpty()) {
      return List.of(last);
    }
    Set<Integer> targets = new LinkedHashSet<>();
    for (String name : options.targets()) {
      int index = name.isEmpty() ? last : StageLinks.named(dockerfile, name, last + 1);
      if (index < 0) {
        At at = dockerfile.stages().getFirst().from().at();
        throw new DockerfileException(
            new DockerfileProblem(
                DockerfileProblem.Kind.SYNTAX,
                at.spot(),
                at.lineEnd(),
                null,
                "target stage \"" + name + "\" could not be found",
                "stages are " + StageLinks.names(dockerfile)));
      }
      targets.add(index);
    }
    return List.copyOf(targets);
  }

  private void readGlobals() {
    for (Instruction.Arg arg : dockerfile.globals()) {
      WordExpander words = new WordExpander(dockerfile.escape(), arg.at());
      for (NameValue pair : arg.pairs()) {
        String byDefault = pair.value();
        if (byDefault != null) {
          defaults.put(pair.name(), expandByDefault(words, byDefault));
        }
        String value = options.buildArgs().get(pair.name());
        if (value == null && byDefault != null) {
          value = words.expand(byDefault, this::lookup);
        }
        if (value != null) {
          globals.put(pair.name(), value);
        }
      }
    }
  }

  private @Nullable String lookup(String name) {
    String value = globals.get(name);
    return value == null ? platform.get(name) : value;
  }

  /** What a variable of FROM is where the request gives none. */
  private @Nullable String byDefault(String name) {
    String value = defaults.get(name);
    return value == null ? platform.get(name) : value;
  }

  /** Empty where it demands a variable that has no default. */
  private String expandByDefault(WordExpander words, String text) {
    try {
      return words.expand(text, this::byDefault);
    } catch (DockerfileException e) {
      return "";
    }
  }

  private Origin base(Stage stage) {
    Instruction.From from = stage.from();
    WordExpander words = new WordExpander(dockerfile.escape(), from.at());
    String image = words.expand(from.image(), variables(from.at()));
    if (image.isBlank()) {
      throw DockerfileException.syntax(
              from.at(),
              from.at().spot(from.image()),
              "base name (" + from.image() + ") should not be blank")
          .hint("give its variable a value by ARG before the first FROM, or as a build argument");
    }
    warnOfDefaults(from, expandByDefault(words, from.image()));
    requirePlatform(from, words);
    int earlier = StageLinks.named(dockerfile, image, stage.index());
    if (earlier >= 0) {
      return new Origin.Earlier(earlier);
    }
    return image.equals("scratch") ? new Origin.Scratch() : new Origin.Image(image);
  }

  private void warnOfDefaults(Instruction.From from, String image) {
    if (!isReference(image)) {
      warnings.add(
          new DockerfileWarning(
              DockerfileWarning.Rule.INVALID_DEFAULT_ARG_IN_FROM,
              from.at().spot(from.image()),
              "default value for ARG "
                  + from.image()
                  + " results in an empty or invalid base image name"));
    }
  }

  private static boolean isReference(String image) {
    try {
      Reference.parse(image);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Those of a FROM: only what stands before the first one. */
  private Variables variables(At at) {
    return new Variables() {
      @Override
      public @Nullable String get(String name) {
        return lookup(name);
      }

      @Override
      public void undefined(String name) {
        boolean declared =
            dockerfile.globals().stream()
                .flatMap(arg -> arg.pairs().stream())
                .anyMatch(pair -> pair.name().equals(name));
        if (!declared) {
          warnings.add(
              new DockerfileWarning(
                  DockerfileWarning.Rule.UNDEFINED_ARG_IN_FROM,
                  at.spot(name),
                  "FROM argument '" + name + "' is not declared"));
        }
      }
    };
  }

  private void requirePlatform(Instruction.From from, WordExpander words) {
    if (from.platform() == null) {
      return;
    }
    At.Spot spot = from.at().spot("--platform");
    String wanted = words.expand(from.platform(), variables(from.at()));
    if (wanted.isBlank()) {
      throw DockerfileException.syntax(
          from.at(), spot, "empty platform value from expression " + from.platform());
    }
    if (!PlatformArgs.normalized(wanted, options.platform()).equals(options.platform())) {
      throw DockerfileException.unsupported(
              from.at(), spot, "platform " + wanted + " is not supported")
          .hint("this host is " + options.platform());
    }
  }

  /** The instructions that the base asks for: those of a stage, or of an image's config. */
  private List<Instruction> triggered(Stage stage, Origin base) {
    List<String> texts =
        switch (base) {
          case Origin.Scratch _, Origin.Context _ -> List.of();
          case Origin.Image image -> triggers.getOrDefault(image.reference(), List.of());
          case Origin.Earlier earlier ->
              dockerfile.stages().get(earlier.stage()).instructions().stream()
                  .filter(Instruction.Onbuild.class::isInstance)
                  .map(instruction -> ((Instruction.Onbuild) instruction).trigger())
                  .toList();
        };
    return texts.stream().map(text -> DockerfileParser.trigger(text, stage.from())).toList();
  }

  private List<Integer> needed(
      List<Integer> targets, List<Origin> bases, List<List<Instruction>> instructions) {
    TreeSet<Integer> needed = new TreeSet<>();
    Deque<Integer> open = new ArrayDeque<>(targets);
    while (!open.isEmpty()) {
      int index = open.pop();
      if (!needed.add(index)) {
        continue;
      }
      follow(bases.get(index), open);
      for (Instruction instruction : instructions.get(index)) {
        problems
            .attempt(() -> StageLinks.of(dockerfile, index, instruction), List.<Origin>of())
            .forEach(origin -> follow(origin, open));
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
