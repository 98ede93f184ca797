package dev.gantry.build.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds what a source argument of COPY means in a tree. */
public final class Sources {
  private Sources() {}

  /**
   * The resolved paths that the argument names, sorted: one for a plain path, any number for a
   * pattern; none where nothing is there.
   *
   * @throws IllegalArgumentException for a bad pattern
   */
  public static List<String> find(SourceTree tree, String argument) throws IOException {
    if (!Glob.isWild(argument)) {
      return Paths.resolve(tree, Paths.clean(argument)).map(List::of).orElse(List.of());
    }
    List<String> found = List.of("");
    for (String component : Paths.split(Paths.clean(argument))) {
      found = step(tree, found, component);
    }
    List<String> resolved = new ArrayList<>();
    for (String path : found) {
      Paths.resolve(tree, path).ifPresent(resolved::add);
    }
    return resolved;
  }

  /** One component further; links to directories are followed, so that their content matches. */
  private static List<String> step(SourceTree tree, List<String> from, String component)
      throws IOException {
    List<String> found = new ArrayList<>();
    Pattern pattern = Glob.component(component);
    for (String path : from) {
      Optional<String> directory = Paths.resolve(tree, path);
      if (directory.isEmpty() || !isDirectory(tree, directory.get())) {
        continue;
      }
      for (String name : tree.children(directory.get())) {
        if (pattern.matcher(name).matches()) {
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
