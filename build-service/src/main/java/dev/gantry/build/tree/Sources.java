package dev.gantry.build.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what a source argument of COPY means in a tree. */
public final class Sources {
  private Sources() {}

  /**
   * What an argument names.
   *
   * @param name the last component as named, which a copy gets
   * @param path where it lies when links are followed
   */
  public record Match(String name, String path) {}

  /**
   * What the argument names, sorted: one for a plain path, any number for a pattern; none where
   * nothing is there.
   *
   * @throws IllegalArgumentException for a bad pattern
   */
  public static List<Match> find(SourceTree tree, String argument) throws IOException {
    if (!Glob.isWild(argument)) {
      String path = Paths.clean(argument);
      return resolved(tree, List.of(path));
    }
    List<String> found = List.of("");
    for (String component : Paths.split(Paths.clean(argument))) {
      found = step(tree, found, component);
    }
    return resolved(tree, found);
  }

  private static List<Match> resolved(SourceTree tree, List<String> found) throws IOException {
    List<Match> matches = new ArrayList<>();
    for (String path : found) {
      Paths.resolve(tree, path)
          .ifPresent(resolved -> matches.add(new Match(Paths.name(path), resolved)));
    }
    return matches;
  }

  /** One component further; links to directories are followed, so that their content matches. */
  private static List<String> step(SourceTree tree, List<String> from, String component)
      throws IOException {
    List<String> found = new ArrayList<>();
    Glob pattern = Glob.component(component);
    for (String path : from) {
      Optional<String> directory = Paths.resolve(tree, path);
      if (directory.isEmpty() || !isDirectory(tree, directory.get())) {
        continue;
      }
      for (String name : tree.children(directory.get())) {
        if (pattern.matches(name)) {
          found.add(Paths.child(directory.get(), name));
        }
      }
    }
    return found;
  }

  private static boolean isDirectory(SourceTree tree, String path) throws IOException {
    return path.isEmpty() || tree.find(path).filter(Node::isDirectory).isPresent();
  }
}
