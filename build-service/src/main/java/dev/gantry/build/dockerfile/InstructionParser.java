package dev.gantry.build.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Statements to typed instructions; refuses what cannot be executed. */
final class InstructionParser {
  private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9._-]*");
  private static final Set<String> NOT_SUPPORTED = Set.of("ADD", "ONBUILD", "HEALTHCHECK");

  private final Statement statement;
  private final char escape;
  private final Map<String, String> flags = new LinkedHashMap<>();
  private final String rest;

  private InstructionParser(Statement statement, char escape) {
    this.statement = statement;
    this.escape = escape;
    this.rest = readFlags(statement.arguments());
  }

  static Instruction parse(Statement statement, char escape) {
    if (NOT_SUPPORTED.contains(statement.keyword())) {
      throw statement.unsupported(statement.keyword() + " is not supported");
    }
    return new InstructionParser(statement, escape).instruction();
  }

  private Instruction instruction() {
    At at = statement.at();
    return switch (statement.keyword()) {
      case "FROM" -> from(at);
      case "COPY" -> copy(at);
      case "RUN" -> new Instruction.Run(at, run());
      case "ARG" -> new Instruction.Arg(at, args());
      case "ENV" -> new Instruction.Env(at, noFlags(Words.pairs(statement, escape)));
      case "LABEL" -> new Instruction.Label(at, noFlags(Words.pairs(statement, escape)));
      case "CMD" -> new Instruction.Cmd(at, noFlags(command()));
      case "ENTRYPOINT" -> new Instruction.Entrypoint(at, noFlags(command()));
      case "SHELL" -> new Instruction.Shell(at, noFlags(shell()));
      case "WORKDIR" -> new Instruction.Workdir(at, noFlags(single()));
      case "USER" -> new Instruction.User(at, noFlags(single()));
      case "STOPSIGNAL" -> new Instruction.StopSignal(at, noFlags(single()));
      case "MAINTAINER" -> new Instruction.Maintainer(at, noFlags(single()));
      case "EXPOSE" -> new Instruction.Expose(at, noFlags(some(Words.plain(rest))));
      case "VOLUME" -> new Instruction.Volume(at, noFlags(volumes()));
      default -> throw statement.syntax("unknown instruction: " + statement.keyword());
    };
  }

  /** Takes the leading {@code --name=value} words; returns what follows them. */
  private String readFlags(String arguments) {
    String left = arguments;
    while (left.startsWith("--")) {
      String word = Words.quoted(left, escape).getFirst();
      left = left.substring(word.length()).strip();
      if (word.equals("--")) {
        return left;
      }
      int equals = word.indexOf('=');
      String name = word.substring(2, equals < 0 ? word.length() : equals);
      String value = equals < 0 ? "" : word.substring(equals + 1);
      if (flags.put(name, value) != null) {
        throw statement.syntax("duplicate flag specified: --" + name);
      }
    }
    return left;
  }

  private void allow(String... known) {
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      if (!List.of(known).contains(flag.getKey())) {
        throw statement.unsupported(
            statement.keyword() + " --" + flag.getKey() + " is not supported");
      }
      if (flag.getValue().isEmpty()) {
        throw statement.syntax("missing a value on flag: --" + flag.getKey());
      }
    }
  }

  private <T> T noFlags(T value) {
    allow();
    return value;
  }

  private Instruction from(At at) {
    allow("platform");
    List<String> words = Words.plain(rest);
    if (words.size() == 1) {
      return new Instruction.From(at, words.getFirst(), null, flags.get("platform"));
    }
    if (words.size() != 3 || !words.get(1).equalsIgnoreCase("AS")) {
      throw statement.syntax("FROM requires either one or three arguments");
    }
    String name = words.get(2).toLowerCase(Locale.ROOT);
    if (!STAGE_NAME.matcher(name).matches()) {
      throw statement.syntax(
          "invalid name for build stage: \""
              + words.get(2)
              + "\", name can't start with a number or"
              + " contain symbols");
    }
    return new Instruction.From(at, words.getFirst(), name, flags.get("platform"));
  }

  private Instruction copy(At at) {
    allow("from", "chown", "chmod");
    List<String> words = Words.jsonOrPlain(statement, rest);
    if (words.size() < 2) {
      throw statement.syntax("COPY requires at least two arguments: sources and a destination");
    }
    String from = flags.get("from");
    if (from != null && from.indexOf('$') >= 0) {
      throw statement.syntax("variable expansion is not supported for --from");
    }
    Instruction.CopyFlags copyFlags =
        new Instruction.CopyFlags(from, flags.get("chown"), flags.get("chmod"));
    if (from != null && !statement.heredocs().isEmpty()) {
      throw statement.syntax("here-documents cannot be copied with --from");
    }
    List<String> sources = words.subList(0, words.size() - 1);
    return new Instruction.Copy(
        at, List.copyOf(sources), words.getLast(), copyFlags, statement.heredocs());
  }

  private Command run() {
    allow();
    Command command = command();
    if (statement.heredocs().isEmpty() || !(command instanceof Command.Shell)) {
      return command;
    }
    return new Command.Shell(withBodies());
  }

  /**
   * Alone on its line, a here-document is the script; else the shell gets it as it stands. A script
   * with an interpreter of its own would need a file in the sandbox.
   */
  private String withBodies() {
    Heredoc first = statement.heredocs().getFirst();
    boolean alone = Words.plain(rest).size() == 1 && rest.startsWith("<<");
    if (alone && first.content().startsWith("#!")) {
      throw statement.unsupported("a RUN here-document with an interpreter line is not supported");
    }
    if (alone) {
      return first.content();
    }
    StringBuilder script = new StringBuilder(rest);
    for (Heredoc heredoc : statement.heredocs()) {
      script.append('\n').append(heredoc.content()).append(heredoc.name());
    }
    return script.toString();
  }

  private Command command() {
    Optional<List<String>> json = Words.json(statement, rest);
    if (json.isPresent()) {
      if (json.get().isEmpty() && statement.keyword().equals("RUN")) {
        throw statement.syntax("RUN requires at least one argument");
      }
      return new Command.Exec(json.get());
    }
    if (rest.isEmpty()) {
      throw statement.syntax(statement.keyword() + " requires at least one argument");
    }
    return new Command.Shell(rest);
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
    allow();
    List<NameValue> pairs = new ArrayList<>();
    for (String word : some(Words.quoted(rest, escape))) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (name.isEmpty()) {
        throw statement.syntax("ARG names can not be blank");
      }
      pairs.add(new NameValue(name, equals < 0 ? null : word.substring(equals + 1)));
    }
    return List.copyOf(pairs);
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
