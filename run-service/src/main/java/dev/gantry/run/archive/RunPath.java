package dev.gantry.run.archive;

import dev.gantry.events.ReasonCode;
import dev.gantry.run.problem.ProblemException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A path in a run, as a request names it. */
final class RunPath {
  private static final int BYTES_MAX = 4095;

  private RunPath() {}

  /**
   * The path without dots and doubled slashes; absolute, as in the run.
   *
   * @throws ProblemException when it is none
   */
  static String parse(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > BYTES_MAX || text.indexOf('\0') >= 0) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER, "must be a path in the run of 1 to 4095 bytes", "path");
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : text.split("/")) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  /** The last component; of the root nothing. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Where it lies. */
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }
}
