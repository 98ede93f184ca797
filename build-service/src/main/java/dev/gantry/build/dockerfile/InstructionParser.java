package dev.gantry.build.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Statements to typed instructions. */
final class InstructionParser {
  private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9._-]*");
  private static final Set<String> WITH_FLAGS = Set.of("FROM", "COPY", "ADD", "RUN", "HEALTHCHECK");
  private static final Set<String> NO_TRIGGERS = Set.of("FROM", "MAINTAINER", "ONBUILD");

  private final Statement statement;
  private final char escape;
  private final Flags flags;
  private final String rest;

  private InstructionParser(Statement statement, char escape) {
    this.statement = statement;
    this.escape = escape;
    this.flags = Flags.of(statement);
    this.rest = flags.rest();
  }

  static Instruction parse(Statement statement, char escape) {
    return new InstructionParser(statement, escape).instruction();
  }

  private Instruction instruction() {
    At at = statement.at();
    if (Usage.knows(statement.keyword()) && !WITH_FLAGS.contains(statement.keyword())) {
      flags.end();
    }
    return switch (statement.keyword()) {
      case "FROM" -> from(at);
      case "COPY" -> new PlacementParser(statement, flags).copy();
      case "ADD" -> new PlacementParser(statement, flags).add();
      case "RUN" -> new RunParser(statement, flags).run();
      case "HEALTHCHECK" -> new HealthcheckParser(statement, flags).healthcheck();
      case "ONBUILD" -> onbuild(at);
      case "ARG" -> new Instruction.Arg(at, args());
      case "ENV" -> new Instruction.Env(at, Words.pairs(statement, rest, escape));
      case "LABEL" -> new Instruction.Label(at, Words.pairs(statement, rest, escape));
      case "CMD" -> new Instruction.Cmd(at, command(statement, rest));
      case "ENTRYPOINT" -> new Instruction.Entrypoint(at, command(statement, rest));
      case "SHELL" -> new Instruction.Shell(at, shell());
      case "WORKDIR" -> new Instruction.Workdir(at, single());
      case "USER" -> new Instruction.User(at, single());
      case "STOPSIGNAL" -> new Instruction.StopSignal(at, single());
      case "MAINTAINER" -> new Instruction.Maintainer(at, single());
      case "EXPOSE" -> new Instruction.Expose(at, some(Words.plain(rest)));
      case "VOLUME" -> new Instruction.Volume(at, volumes());
      default -> throw unknown();
    };
  }

  private DockerfileException unknown() {
    DockerfileException problem = statement.syntax("unknown instruction: " + statement.keyword());
    Optional<String> near = Usage.nearestTo(statement.keyword());
    return problem.hint(
        near.map(name -> "did you mean " + name + "?")
            .orElse("a line begins with an instruction such as FROM, RUN or COPY, or with #"));
  }

  private Instruction from(At at) {
    String platform = flags.text("platform");
    flags.end();
    List<String> words = Words.plain(rest);
    if (words.size() == 1) {
      return new Instruction.From(at, words.getFirst(), null, platform);
    }
    if (words.size() != 3 || !words.get(1).equalsIgnoreCase("AS")) {
      throw statement.syntax("FROM requires either one or three arguments");
    }
    String name = words.get(2).toLowerCase(Locale.ROOT);
    if (!STAGE_NAME.matcher(name).matches()) {
      throw statement
          .syntax(
              words.get(2),
              "invalid name for build stage: \""
                  + words.get(2)
                  + "\", name can't start with a number or contain symbols")
          .hint("a name is a letter, then letters, digits, dots, dashes and underscores");
    }
    return new Instruction.From(at, words.getFirst(), name, platform);
  }

  private Instruction onbuild(At at) {
    if (rest.isEmpty()) {
      throw statement.syntax("ONBUILD requires at least one argument");
    }
    String keyword = Words.plain(rest).getFirst().toUpperCase(Locale.ROOT);
    if (keyword.equals("ONBUILD")) {
      throw statement.syntax("chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    }
    if (NO_TRIGGERS.contains(keyword)) {
      throw statement.syntax(keyword + " isn't allowed as an ONBUILD trigger");
    }
    return new Instruction.Onbuild(at, RunParser.withBodies(rest, statement.heredocs()));
  }

  /** The exec form where it is JSON, else the shell form. */
  static Command command(Statement statement, String text) {
    Optional<List<String>> json = Words.json(statement, text);
    if (json.isPresent()) {
      return new Command.Exec(json.get());
    }
    if (text.isEmpty()) {
      throw statement.syntax(statement.keyword() + " requires at least one argument");
    }
    return new Command.Shell(text);
  }

  private List<String> shell() {
    return Words.json(statement, rest)
        .filter(argv -> !argv.isEmpty())
        .orElseThrow(() -> statement.syntax("SHELL requires the arguments to be in JSON form"));
  }

  private List<String> volumes() {
    List<String> paths = some(Words.jsonOrPlain(statement, rest));
    if (paths.stream().anyMatch(String::isBlank)) {
      throw statement.syntax("VOLUME specified can not be an empty string");
    }
    return paths;
  }

  private List<NameValue> args() {
    List<NameValue> pairs = new ArrayList<>();
    for (String word : some(Words.quoted(rest, escape))) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (name.isEmpty()) {
        throw statement.syntax(word, "ARG names can not be blank");
      }
      pairs.add(new NameValue(name, equals < 0 ? null : word.substring(equals + 1)));
    }
    return pairs;
  }

  private List<String> some(List<String> words) {
    if (words.isEmpty()) {
      throw statement.syntax(statement.keyword() + " requires at least one argument");
    }
    return words;
  }

  private String single() {
    if (rest.isEmpty()) {
      throw statement.syntax(statement.keyword() + " requires exactly one argument");
    }
    return rest;
  }
}
