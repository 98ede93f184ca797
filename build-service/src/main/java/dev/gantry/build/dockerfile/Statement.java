package dev.gantry.build.dockerfile;

import java.util.List;

/**
 * One instruction as text: continuations joined, comments gone.
 *
 * @param keyword in upper case
 * @param arguments what follows the keyword, trimmed
 * @param at where it stands
 * @param heredocs the here-documents that it opens
 */
record Statement(String keyword, String arguments, At at, List<Heredoc> heredocs) {
  private static final int TEXT_MAX = 1000;

  Statement {
    heredocs = List.copyOf(heredocs);
  }

  /** As a person wrote it, on one line and bounded: for events, logs and the history. */
  static String text(String keyword, String arguments) {
    String text = keyword + " " + arguments;
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
  }

  DockerfileException syntax(String message) {
    return DockerfileException.syntax(at, at.spot(), message);
  }

  /** What is wrong with a part of the instruction. */
  DockerfileException syntax(String part, String message) {
    return DockerfileException.syntax(at, at.spot(part), message);
  }

  DockerfileException unsupported(String part, String message) {
    return DockerfileException.unsupported(at, at.spot(part), message);
  }
}
