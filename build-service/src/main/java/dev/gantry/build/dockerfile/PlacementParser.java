package dev.gantry.build.dockerfile;

import java.util.List;

/** COPY and ADD. */
final class PlacementParser {
  private final Statement statement;
  private final Flags flags;

  PlacementParser(Statement statement, Flags flags) {
    this.statement = statement;
    this.flags = flags;
  }

  Instruction.Copy copy() {
    String from = flags.text("from");
    boolean parents = flags.truth("parents").orElse(false);
    Instruction.PlacementFlags placement = placement();
    flags.end();
    List<String> words = words();
    if (from != null && from.indexOf('$') >= 0) {
      throw statement
          .syntax("--from", "variable expansion is not supported for --from")
          .hint("define an alias stage: FROM " + from + " AS name, then --from=name");
    }
    return new Instruction.Copy(
        statement.at(),
        sources(words),
        words.getLast(),
        new Instruction.CopyFlags(from, parents, placement),
        statement.heredocs());
  }

  Instruction.Add add() {
    String checksum = flags.text("checksum");
    Boolean keepGitDir = flags.truth("keep-git-dir").orElse(null);
    Boolean unpack = flags.truth("unpack").orElse(null);
    Instruction.PlacementFlags placement = placement();
    flags.end();
    List<String> words = words();
    return new Instruction.Add(
        statement.at(),
        sources(words),
        words.getLast(),
        new Instruction.AddFlags(checksum, keepGitDir, unpack, placement),
        statement.heredocs());
  }

  private Instruction.PlacementFlags placement() {
    return new Instruction.PlacementFlags(
        flags.text("chown"),
        flags.text("chmod"),
        flags.truth("link").orElse(false),
        flags.texts("exclude"));
  }

  /** All but the destination and the here-documents. */
  private List<String> sources(List<String> words) {
    return words.subList(0, words.size() - 1).stream()
        .filter(
            word ->
                statement.heredocs().isEmpty()
                    || HeredocStart.parse(word, statement.at()).isEmpty())
        .toList();
  }

  private List<String> words() {
    List<String> words = Words.jsonOrPlain(statement, flags.rest());
    if (words.size() < 2) {
      throw statement.syntax(
          statement.keyword()
              + " requires at least two arguments, but only "
              + words.size()
              + (words.size() == 1 ? " was" : " were")
              + " provided");
    }
    if (HeredocStart.parse(words.getLast(), statement.at()).isPresent()) {
      throw statement.syntax(
          words.getLast(), statement.keyword() + " cannot accept a heredoc as a destination");
    }
    return words;
  }
}
