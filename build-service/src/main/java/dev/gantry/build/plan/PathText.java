package dev.gantry.build.plan;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths of an image, as text. */
final class PathText {
  private PathText() {}

  /** Go's {@code path.Join} of an absolute directory and a path: without dots and empty parts. */
  static String join(String directory, String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : (directory + "/" + path).split("/")) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  /** The directory of a WORKDIR: an absolute one as written, else below the one before. */
  static String workdir(String before, String path) {
    String base = before.isEmpty() ? "/" : before;
    if (path.isEmpty()) {
      return base;
    }
    return path.startsWith("/") ? path : join(base, path);
  }

  /** A destination seen from a WORKDIR; a slash at its end stays. */
  static String destination(String workdir, String path) {
    if (path.startsWith("/")) {
      return path;
    }
    String joined = join(workdir, path);
    boolean directory =
        path.isEmpty() || path.equals(".") || path.endsWith("/") || path.endsWith("/.");
    return directory && !joined.endsWith("/") ? joined + "/" : joined;
  }

  /** What follows the last slash. */
  static String name(String path) {
    String clean = join("/", path);
    return clean.substring(clean.lastIndexOf('/') + 1);
  }
}
