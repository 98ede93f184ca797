package dev.gantry.build.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one match of a source argument brings: a file, or what lies in a directory, without what is
 * excluded.
 *
 * @param name of a file, as the argument named it; what a copy gets in a directory
 * @param path of the match, links followed
 * @param node what lies there
 * @param entries of a directory, each after the one that it lies in; none of a file
 */
public record Selection(SourceTree tree, String name, String path, Node node, List<Entry> entries) {
  private static final int DEPTH_MAX = 512;
  private static final int ENTRIES_MAX = 2_000_000;

  /**
   * Something in a directory.
   *
   * @param relative its path from there
   * @param implied a directory that was not asked for, but something in it
   */
  public record Entry(String relative, Node node, boolean implied) {}

  /** Copies the list. */
  public Selection {
    entries = List.copyOf(entries);
  }

  /**
   * Everything that the argument names, sorted; none where a pattern matches nothing, or nothing is
   * there.
   *
   * @param excludes what is left out, relative to a directory that is named, or by a file's name
   * @throws IllegalArgumentException for a bad pattern
   */
  public static List<Selection> of(SourceTree tree, String argument, Patterns excludes)
      throws IOException {
    List<Selection> found = new ArrayList<>();
    for (Sources.Match match : Sources.find(tree, argument)) {
      Node node = at(tree, match.path());
      if (node.isDirectory()) {
        Walk walk = new Walk(tree, match.path(), Optional.empty(), excludes);
        found.add(new Selection(tree, match.name(), match.path(), node, walk.entries()));
      } else if (!excludes.matches(match.name())) {
        found.add(new Selection(tree, match.name(), match.path(), node, List.of()));
      }
    }
    return found;
  }

  /**
   * As {@link #of}, but with the directories above what is named: those behind {@code /./}, if the
   * argument has that, else all.
   */
  public static List<Selection> withParents(SourceTree tree, String argument, Patterns excludes)
      throws IOException {
    int pivot = argument.indexOf("/./");
    String base = pivot < 0 ? "" : argument.substring(0, pivot);
    String pattern = pivot < 0 ? argument : argument.substring(pivot + 3);
    Patterns includes = Patterns.of(List.of(everything(pattern) ? "**" : "/" + pattern));
    List<Selection> found = new ArrayList<>();
    for (Sources.Match match : Sources.find(tree, base)) {
      Node node = at(tree, match.path());
      if (node.isDirectory()) {
        Walk walk = new Walk(tree, match.path(), Optional.of(includes), excludes);
        List<Entry> entries = walk.entries();
        if (!entries.isEmpty()) {
          found.add(new Selection(tree, match.name(), match.path(), node, entries));
        }
      }
    }
    return found;
  }

  /** Everything at a path, which is taken as it is. */
  public static Selection whole(SourceTree tree, String path) throws IOException {
    Node node = at(tree, path);
    List<Entry> entries =
        node.isDirectory()
            ? new Walk(tree, path, Optional.empty(), Patterns.of(List.of())).entries()
            : List.of();
    return new Selection(tree, Paths.name(path), path, node, entries);
  }

  private static boolean everything(String pattern) {
    return Paths.clean(pattern).isEmpty();
  }

  private static Node at(SourceTree tree, String path) throws IOException {
    return path.isEmpty() ? tree.find("").orElse(Node.ROOT) : tree.find(path).orElse(Node.ROOT);
  }

  /** Whether it is what lies in a directory. */
  public boolean isDirectory() {
    return node.isDirectory();
  }

  /** A walk through a directory that finds what is asked for. */
  private static final class Walk {
    private final SourceTree tree;
    private final String base;
    private final Optional<Patterns> includes;
    private final Patterns excludes;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Entry> pending = new ArrayList<>();

    Walk(SourceTree tree, String base, Optional<Patterns> includes, Patterns excludes) {
      this.tree = tree;
      this.base = base;
      this.includes = includes;
      this.excludes = excludes;
    }

    /** What the patterns say of a directory. */
    private record Verdicts(Optional<Patterns.Verdict> included, Patterns.Verdict excluded) {}

    List<Entry> entries() throws IOException {
      walk("", new Verdicts(includes.map(Patterns::root), excludes.root()), 0);
      return entries;
    }

    private void walk(String directory, Verdicts above, int depth) throws IOException {
      if (depth > DEPTH_MAX) {
        throw new IOException("/" + base + ": directories are too deep");
      }
      for (String name : tree.children(Paths.child(base, directory))) {
        String relative = Paths.child(directory, name);
        Verdicts verdicts =
            new Verdicts(
                includes.map(
                    patterns -> patterns.of(relative, above.included().orElseGet(patterns::root))),
                excludes.of(relative, above.excluded()));
        Optional<Node> node = tree.find(Paths.child(base, relative));
        if (node.isPresent()) {
          visit(relative, node.get(), verdicts, depth);
        }
      }
    }

    private void visit(String relative, Node node, Verdicts verdicts, int depth)
        throws IOException {
      boolean excluded = verdicts.excluded().matched();
      boolean taken = !excluded && verdicts.included().map(Patterns.Verdict::matched).orElse(true);
      if (taken) {
        take(new Entry(relative, node, false));
      }
      if (!node.isDirectory() || (excluded && !excludes.hasExceptions())) {
        return;
      }
      if (taken) {
        walk(relative, verdicts, depth + 1);
        return;
      }
      int before = pending.size();
      pending.add(new Entry(relative, node, true));
      walk(relative, verdicts, depth + 1);
      // Empty when something in it was taken: then it was, too.
      if (pending.size() > before) {
        pending.removeLast();
      }
    }

    private void take(Entry entry) throws IOException {
      entries.addAll(pending);
      pending.clear();
      entries.add(entry);
      if (entries.size() > ENTRIES_MAX) {
        throw new IOException("/" + base + " has more than " + ENTRIES_MAX + " files");
      }
    }
  }
}
