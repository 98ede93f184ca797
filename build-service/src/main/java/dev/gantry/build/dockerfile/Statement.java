package dev.gantry.build.dockerfile;

import java.util.List;

/**
 * One instruction as text: continuations joined, comments gone.
 *
 * @param keyword in upper case
 * @param arguments what follows the keyword, trimmed
 * @param line its first line, from 1
 * @param lineEnd its last line
 * @param heredocs the here-documents that it opens
 */
record Statement(String keyword, String arguments, int line, int lineEnd, List<Heredoc> heredocs) {

  DockerfileException syntax(String message) {
    return DockerfileException.syntax(line, keyword, message);
  }

  DockerfileException unsupported(String message) {
    return DockerfileException.unsupported(line, keyword, message);
  }

  /** As a person wrote it, on one line and bounded: for events, logs and the history. */
  String text() {
    String text = keyword + " " + arguments;
    return text.length() <= 1000 ? text : text.substring(0, 1000) + "…";
  }

  At at() {
    return new At(line, lineEnd, text());
  }
}
