package dev.gantry.build.dockerfile;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the comments at the top of a file say to the parser.
 *
 * @param escape a backslash or a backtick
 * @param checks which warnings are wanted
 */
record Directives(char escape, Checks checks) {
  private static final Directives DEFAULT = new Directives('\\', Checks.DEFAULT);
  private static final Pattern DIRECTIVE =
      Pattern.compile("^#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*$");
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(docker\\.io/)?docker/dockerfile(-upstream)?(:[\\w.-]+)?(@sha256:[0-9a-f]{64})?");
  private static final Set<String> NAMES = Set.of("syntax", "escape", "check");

  /** They stand at the very top, after at most a {@code #!}; the first other line ends them. */
  static Directives read(List<String> lines) {
    Directives read = DEFAULT;
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (i == 0 && line.startsWith("#!")) {
        continue;
      }
      Matcher matcher = DIRECTIVE.matcher(line);
      if (!matcher.matches()) {
        return read;
      }
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      if (!NAMES.contains(name)) {
        return read;
      }
      Line at = new Line(i + 1, lines.get(i));
      if (!seen.add(name)) {
        throw at.problem("only one " + name + " parser directive can be used", null);
      }
      read = read.with(name, matcher.group(2), at);
    }
    return read;
  }

  private Directives with(String name, String value, Line at) {
    return switch (name) {
      case "syntax" -> syntax(value, at);
      case "escape" -> escape(value, at);
      default -> check(value, at);
    };
  }

  private Directives syntax(String value, Line at) {
    if (!SYNTAX.matcher(value.split(" ", 2)[0]).matches()) {
      throw at.unsupported("syntax " + value + " is not supported");
    }
    return this;
  }

  private Directives escape(String value, Line at) {
    if (!value.equals("\\") && !value.equals("`")) {
      throw at.problem("invalid escape token '" + value + "'", "it is ` or \\");
    }
    return new Directives(value.charAt(0), checks);
  }

  /** {@code skip=A,B;error=true;experimental=…}. */
  private Directives check(String value, Line at) {
    Checks read = checks;
    for (String option : value.split(";")) {
      String[] parts = option.split("=", 2);
      String of = parts.length < 2 ? "" : parts[1].strip();
      read =
          switch (parts[0].strip()) {
            case "skip" -> new Checks(of.equals("all"), names(of), read.error());
            case "error" -> new Checks(read.skipAll(), read.skip(), truth(of, option, at));
            case "experimental" -> read;
            default ->
                throw at.problem(
                    "invalid check option \"" + option + "\"",
                    "it is skip=RULE,…, skip=all or error=true, with ; between");
          };
    }
    return new Directives(escape, read);
  }

  private static Set<String> names(String list) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean truth(String value, String option, Line at) {
    return GoValues.truth(value)
        .orElseThrow(
            () -> at.problem("invalid check option \"" + option + "\"", "error is true or false"));
  }

  private record Line(int number, String text) {
    DockerfileException problem(String message, @Nullable String hint) {
      return of(DockerfileProblem.Kind.SYNTAX, message, hint);
    }

    DockerfileException unsupported(String message) {
      return of(
          DockerfileProblem.Kind.UNSUPPORTED,
          message,
          "only docker/dockerfile is, which is built in");
    }

    private DockerfileException of(
        DockerfileProblem.Kind kind, String message, @Nullable String hint) {
      int column = Math.max(1, text.indexOf('#') + 1);
      At.Spot spot = new At.Spot(number, column, text.substring(0, Math.min(1000, text.length())));
      return new DockerfileException(
          new DockerfileProblem(kind, spot, number, null, message, hint));
    }
  }
}
