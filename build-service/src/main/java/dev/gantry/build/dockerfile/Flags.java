package dev.gantry.build.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code --name=value} words between an instruction's keyword and its arguments. */
final class Flags {
  private final Statement statement;
  private final List<Flag> found = new ArrayList<>();
  private final Set<String> known = new LinkedHashSet<>();
  private final String rest;

  /**
   * A flag.
   *
   * @param value absent where there is no {@code =}
   */
  private record Flag(String name, @Nullable String value) {
    String text() {
      return value == null ? "--" + name : "--" + name + "=" + value;
    }
  }

  private Flags(Statement statement) {
    this.statement = statement;
    this.rest = split(statement.arguments(), found);
  }

  /** Reads them off an instruction. */
  static Flags of(Statement statement) {
    return new Flags(statement);
  }

  /** The arguments after the flags, trimmed. */
  String rest() {
    return rest;
  }

  /** A flag that may be there once and has a value; an empty one is as none. */
  @Nullable String text(String name) {
    List<String> values = texts(name);
    if (values.size() > 1) {
      throw duplicate(name);
    }
    return values.isEmpty() || values.getFirst().isEmpty() ? null : values.getFirst();
  }

  /** A flag that may be there more than once and has values. */
  List<String> texts(String name) {
    known.add(name);
    List<String> values = new ArrayList<>();
    for (Flag flag : found) {
      if (flag.name().equals(name)) {
        if (flag.value() == null) {
          throw statement.syntax(flag.text(), "missing a value on flag: --" + name);
        }
        values.add(flag.value());
      }
    }
    return values;
  }

  /** A flag that may be there once, alone or with true or false. */
  Optional<Boolean> truth(String name) {
    known.add(name);
    List<Flag> flags = found.stream().filter(flag -> flag.name().equals(name)).toList();
    if (flags.size() > 1) {
      throw duplicate(name);
    }
    return flags.stream().findFirst().map(this::truth);
  }

  private boolean truth(Flag flag) {
    String value = flag.value();
    if (value == null) {
      return true;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      case "" -> throw statement.syntax(flag.text(), "missing a value on flag: --" + flag.name());
      default ->
          throw statement
              .syntax(
                  flag.text(),
                  "expecting boolean value for flag --" + flag.name() + ", not: " + value)
              .hint("it is --" + flag.name() + ", or --" + flag.name() + "=false");
    };
  }

  /** A flag that is known, but refused. */
  void refuse(String name, String why) {
    known.add(name);
    for (Flag flag : found) {
      if (flag.name().equals(name)) {
        throw statement.unsupported(
            "--" + name, statement.keyword() + " --" + name + " is not supported: " + why);
      }
    }
  }

  /** To be called when all known flags were asked for. */
  void end() {
    for (Flag flag : found) {
      if (!known.contains(flag.name())) {
        DockerfileException problem =
            statement.syntax("--" + flag.name(), "unknown flag: --" + flag.name());
        throw hinted(problem, flag.name());
      }
    }
  }

  private DockerfileException hinted(DockerfileException problem, String name) {
    Optional<String> near = Nearest.of(name, known);
    if (near.isPresent()) {
      return problem.hint("did you mean --" + near.get() + "?");
    }
    String all = String.join(", ", known.stream().map(each -> "--" + each).toList());
    return problem.hint(
        statement.keyword() + (known.isEmpty() ? " has no flags" : " has the flags " + all));
  }

  private DockerfileException duplicate(String name) {
    return statement.syntax("--" + name, "duplicate flag specified: --" + name);
  }

  /** What follows the flags. */
  static String skip(String arguments) {
    return split(arguments, new ArrayList<>());
  }

  private static String split(String arguments, List<Flag> found) {
    String left = arguments.strip();
    while (left.startsWith("--")) {
      StringBuilder word = new StringBuilder();
      left = left.substring(word(left, word)).strip();
      if (word.toString().equals("--")) {
        break;
      }
      int equals = word.indexOf("=");
      found.add(
          equals < 0
              ? new Flag(word.substring(2), null)
              : new Flag(word.substring(2, equals), word.substring(equals + 1)));
    }
    return left;
  }

  /** Puts the first word into {@code word} without its quotes; returns where it ends. */
  private static int word(String text, StringBuilder word) {
    char quote = 0;
    int i = 0;
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        return i;
      }
      if (c == '\\') {
        if (++i < text.length()) {
          word.append(text.charAt(i));
        }
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else {
        word.append(c);
      }
    }
    return Math.min(i, text.length());
  }
}
