package dev.gantry.build.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Text to statements: comments, continuations, here-documents. */
final class Lexer {
  private static final int LINE_BYTES_MAX = 65_535;
  private static final int SOURCE_LINES_MAX = 64;
  private static final int SOURCE_LINE_LENGTH_MAX = 1000;
  private static final int STATEMENTS_MAX = 2000;
  private static final Set<String> WITH_HEREDOCS = Set.of("RUN", "COPY", "ADD");

  private final List<String> lines;
  private final Directives directives;
  private final List<DockerfileWarning> warnings = new ArrayList<>();
  private int next;

  /** Reads the directives; the text is that of a file, its lines ended by LF or CRLF. */
  Lexer(String text) {
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.lines = split(plain);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).getBytes(StandardCharsets.UTF_8).length > LINE_BYTES_MAX) {
        throw problem(i, "the line is longer than " + LINE_BYTES_MAX + " bytes")
            .hint("cut it with an escape at the end, or put a script into a file of its own");
      }
    }
    this.directives = Directives.read(lines.stream().map(Lexer::withoutEnd).toList());
  }

  Directives directives() {
    return directives;
  }

  List<DockerfileWarning> warnings() {
    return warnings;
  }

  List<Statement> statements() {
    List<Statement> statements = new ArrayList<>();
    while (next < lines.size()) {
      if (isSkipped(lines.get(next))) {
        next++;
      } else if (statements.size() == STATEMENTS_MAX) {
        throw problem(next, "the file has more than " + STATEMENTS_MAX + " instructions");
      } else {
        statements.add(statement());
      }
    }
    return statements;
  }

  private static List<String> split(String text) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      int after = end < 0 ? text.length() : end + 1;
      lines.add(text.substring(start, after));
      start = after;
    }
    return lines;
  }

  private Statement statement() {
    int start = next;
    String text = joined().strip();
    int space = firstWhitespace(text);
    String written = text.substring(0, space);
    String keyword = written.toUpperCase(Locale.ROOT);
    String arguments = text.substring(space).strip();
    List<Heredoc> heredocs = new ArrayList<>();
    if (arguments.contains("<<") && mayHaveHeredocs(keyword, arguments)) {
      At opening = at(start, written, arguments);
      for (HeredocStart opened : HeredocStart.find(arguments, opening)) {
        heredocs.add(body(opened, opening));
      }
    }
    return new Statement(keyword, arguments, at(start, keyword, arguments), heredocs);
  }

  private static boolean mayHaveHeredocs(String keyword, String arguments) {
    String word = keyword;
    String rest = arguments;
    if (keyword.equals("ONBUILD")) {
      int space = firstWhitespace(arguments);
      word = arguments.substring(0, space).toUpperCase(Locale.ROOT);
      rest = arguments.substring(space).strip();
    }
    return WITH_HEREDOCS.contains(word) && !Words.isJson(Flags.skip(rest));
  }

  /** From the line with the index to the last that was read. */
  private At at(int start, String keyword, String arguments) {
    String line = lines.get(start);
    int column = line.length() - line.stripLeading().length() + 1;
    List<String> source =
        lines.subList(start, Math.min(next, start + SOURCE_LINES_MAX)).stream()
            .map(Lexer::withoutEnd)
            .map(each -> each.substring(0, Math.min(each.length(), SOURCE_LINE_LENGTH_MAX)))
            .toList();
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
    String line = withoutEnd(lines.get(next++)).stripLeading();
    while (true) {
      int end = continuation(line);
      joined.append(line, 0, end < 0 ? line.length() : end);
      if (end < 0) {
        return joined.toString();
      }
      while (next < lines.size() && isSkipped(lines.get(next))) {
        if (lines.get(next).isBlank()) {
          warnings.add(
              new DockerfileWarning(
                  DockerfileWarning.Rule.NO_EMPTY_CONTINUATION,
                  spot(next),
                  "Empty continuation line"));
        }
        next++;
      }
      if (next == lines.size()) {
        return joined.toString();
      }
      line = withoutEnd(lines.get(next++));
    }
  }

  private static boolean isSkipped(String line) {
    String text = line.stripLeading();
    return text.isEmpty() || text.startsWith("#");
  }

  /** Where the escape that continues the line stands, or -1; a doubled escape does not continue. */
  private int continuation(String line) {
    char escape = directives.escape();
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    boolean escaped = end > 0 && line.charAt(end - 1) == escape;
    boolean doubled = end > 1 && line.charAt(end - 2) == escape;
    return escaped && !doubled ? end - 1 : -1;
  }

  /** Its lines keep their ends, CRLF too: they are content. */
  private Heredoc body(HeredocStart opened, At at) {
    StringBuilder content = new StringBuilder();
    while (next < lines.size()) {
      String text = lines.get(next++);
      if (opened.chomp()) {
        text = withoutLeadingTabs(text);
      }
      if (withoutEnd(text).equals(opened.name())) {
        return new Heredoc(
            opened.name(),
            content.toString(),
            opened.expand(),
            opened.chomp(),
            opened.descriptor());
      }
      content.append(text);
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

  private static String withoutEnd(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
      end--;
    }
    return line.substring(0, end);
  }

  private At.Spot spot(int index) {
    String line = withoutEnd(lines.get(index));
    return At.Spot.of(
        index + 1, line.substring(0, Math.min(line.length(), SOURCE_LINE_LENGTH_MAX)));
  }

  private DockerfileException problem(int index, String message) {
    return new DockerfileException(
        new DockerfileProblem(
            DockerfileProblem.Kind.SYNTAX, spot(index), index + 1, null, message, null));
  }
}
