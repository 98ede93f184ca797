package dev.gantry.build.tree;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Resolves paths in a {@link SourceTree} as if its root were the root directory. */
public final class Paths {
  private static final int LINKS_MAX = 40;
  private static final int LENGTH_MAX = 4096;

  private Paths() {}

  /** The components, without empty ones and {@code .}; {@code ..} stays. */
  public static List<String> split(String path) {
    List<String> components = new ArrayList<>();
    for (String component : path.split("/")) {
      if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    return components;
  }

  /** The path with {@code .} and {@code ..} worked out as text; it never leaves the root. */
  public static String clean(String path) {
    Deque<String> clean = new ArrayDeque<>();
    for (String component : split(path)) {
      if (component.equals("..")) {
        clean.pollLast();
      } else {
        clean.addLast(component);
      }
    }
    return String.join("/", clean);
  }

  /** The path of a name, or of a longer path, in a directory. */
  public static String child(String directory, String name) {
    if (name.isEmpty()) {
      return directory;
    }
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** The last component; empty for the root. */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The directory that holds the path; empty for what lies in the root. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /**
   * Follows every link, the last component's too, inside the root; empty where nothing is there, or
   * where the links go in circles.
   */
  public static Optional<String> resolve(SourceTree tree, String path) throws IOException {
    Deque<String> open = new ArrayDeque<>(split(path));
    Deque<String> done = new ArrayDeque<>();
    int links = 0;
    while (!open.isEmpty()) {
      String component = open.pollFirst();
      if (component.equals("..")) {
        done.pollLast();
        continue;
      }
      done.addLast(component);
      String here = String.join("/", done);
      Optional<Node> node = here.length() > LENGTH_MAX ? Optional.empty() : tree.find(here);
      if (node.isEmpty() || links > LINKS_MAX) {
        return Optional.empty();
      }
      if (node.get().kind() == Node.Kind.SYMLINK) {
        links++;
        follow(node.get().target(), done, open);
      }
    }
    return Optional.of(String.join("/", done));
  }

  private static void follow(String target, Deque<String> done, Deque<String> open) {
    done.removeLast();
    if (target.startsWith("/")) {
      done.clear();
    }
    for (String component : split(target).reversed()) {
      open.addFirst(component);
    }
  }
}
