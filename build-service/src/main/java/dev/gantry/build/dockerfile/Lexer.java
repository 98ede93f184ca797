package dev.gantry.build.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text to statements: directives, comments, continuations, here-documents. */
final class Lexer {
  private static final int LINE_BYTES_MAX = 65_535;
  private static final int SOURCE_LINES_MAX = 64;
  private static final Pattern DIRECTIVE =
      Pattern.compile("^#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*$");
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(docker\\.io/)?docker/dockerfile(-upstream)?(:[\\w.-]+)?(@sha256:[0-9a-f]+)?");
  private static final Set<String> WITH_HEREDOCS = Set.of("RUN", "COPY", "ADD", "ONBUILD");

  private final List<String> lines;
  private char escape = '\\';
  private int next;

  Lexer(String text) {
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.lines = plain.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).getBytes(StandardCharsets.UTF_8).length > LINE_BYTES_MAX) {
        throw problem(i, "the line is longer than " + LINE_BYTES_MAX + " bytes");
      }
    }
    readDirectives();
  }

  char escape() {
    return escape;
  }

  List<Statement> statements() {
    List<Statement> statements = new ArrayList<>();
    while (next < lines.size()) {
      String line = lines.get(next).stripLeading();
      if (line.isEmpty() || line.startsWith("#")) {
        next++;
      } else {
        statements.add(statement());
      }
    }
    return statements;
  }

  /** Directives stand at the very top; the first line that is none ends them. */
  private void readDirectives() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = DIRECTIVE.matcher(lines.get(i).strip());
      if (!matcher.matches()) {
        return;
      }
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      if (!Set.of("syntax", "escape", "check").contains(name)) {
        return;
      }
      if (!seen.add(name)) {
        throw problem(i, "only one " + name + " directive can be used");
      }
      apply(name, matcher.group(2), i);
    }
  }

  private void apply(String name, String value, int line) {
    if (name.equals("escape")) {
      if (!value.equals("\\") && !value.equals("`")) {
        throw problem(line, "invalid escape token '" + value + "'").hint("it must be ` or \\");
      }
      escape = value.charAt(0);
    } else if (name.equals("syntax") && !SYNTAX.matcher(value).matches()) {
      throw new DockerfileException(
          new DockerfileProblem(
              DockerfileProblem.Kind.UNSUPPORTED,
              spot(line),
              line + 1,
              null,
              "syntax " + value + " is not supported",
              "only docker/dockerfile is, which is built in"));
    }
  }

  private At.Spot spot(int index) {
    return At.Spot.of(index + 1, lines.get(index));
  }

  private DockerfileException problem(int index, String message) {
    return new DockerfileException(
        new DockerfileProblem(
            DockerfileProblem.Kind.SYNTAX, spot(index), index + 1, null, message, null));
  }

  private Statement statement() {
    int start = next;
    String text = joined().strip();
    int space = firstWhitespace(text);
    String keyword = text.substring(0, space).toUpperCase(Locale.ROOT);
    String arguments = text.substring(space).strip();
    List<Heredoc> heredocs = new ArrayList<>();
    if (WITH_HEREDOCS.contains(keyword) && arguments.contains("<<")) {
      At opening = at(start, keyword, arguments);
      for (HeredocStart opened : HeredocStart.find(arguments, opening)) {
        heredocs.add(body(opened, opening));
      }
    }
    return new Statement(keyword, arguments, at(start, keyword, arguments), heredocs);
  }

  /** From the line with the index to the last that was read. */
  private At at(int start, String keyword, String arguments) {
    String line = lines.get(start);
    int column = line.length() - line.stripLeading().length() + 1;
    List<String> source = lines.subList(start, Math.min(next, start + SOURCE_LINES_MAX));
    return new At(start + 1, next, column, Statement.text(keyword, arguments), source);
  }

  private static int firstWhitespace(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isWhitespace(text.charAt(i))) {
        return i;
      }
    }
    return text.length();
  }

  /** One logical line; comments and empty lines between its parts do not end it. */
  private String joined() {
    StringBuilder joined = new StringBuilder();
    String line = lines.get(next++).stripLeading();
    while (true) {
      int end = continuation(line);
      joined.append(line, 0, end < 0 ? line.length() : end);
      if (end < 0) {
        return joined.toString();
      }
      while (next < lines.size() && skipped(lines.get(next))) {
        next++;
      }
      if (next == lines.size()) {
        return joined.toString();
      }
      line = lines.get(next++);
    }
  }

  private static boolean skipped(String line) {
    String text = line.stripLeading();
    return text.isEmpty() || text.startsWith("#");
  }

  /** Where the escape that continues the line stands, or -1; a doubled escape does not continue. */
  private int continuation(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    boolean escaped = end > 0 && line.charAt(end - 1) == escape;
    boolean doubled = end > 1 && line.charAt(end - 2) == escape;
    return escaped && !doubled ? end - 1 : -1;
  }

  private Heredoc body(HeredocStart opened, At at) {
    StringBuilder content = new StringBuilder();
    while (next < lines.size()) {
      String text = lines.get(next++);
      if (opened.chomp()) {
        text = withoutLeadingTabs(text);
      }
      if (text.equals(opened.name())) {
        return new Heredoc(
            opened.name(),
            content.toString(),
            opened.expand(),
            opened.chomp(),
            opened.descriptor());
      }
      content.append(text).append('\n');
    }
    throw DockerfileException.syntax(at, at.spot("<<"), "unterminated heredoc " + opened.name())
        .hint("a line that is just " + opened.name() + " ends it");
  }

  private static String withoutLeadingTabs(String text) {
    int start = 0;
    while (start < text.length() && text.charAt(start) == '\t') {
      start++;
    }
    return text.substring(start);
  }
}
