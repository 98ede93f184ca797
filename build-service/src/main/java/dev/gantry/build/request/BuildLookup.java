package dev.gantry.build.request;

import dev.gantry.build.problem.ProblemException;
import dev.gantry.build.queue.Build;
import dev.gantry.build.queue.BuildCatalog;
import dev.gantry.events.EntityId;
import dev.gantry.events.ReasonCode;
import java.sql.SQLException;
import java.util.List;

/** Finds the build that somebody means by an id or a prefix of one. */
public final class BuildLookup {
  private BuildLookup() {}

  /**
   * The build.
   *
   * @throws ProblemException when there is none, or more than one
   */
  public static Build find(BuildCatalog catalog, String text) throws SQLException {
    List<Build> builds = EntityId.isPrefix(text) ? catalog.startingWith(text) : List.of();
    if (builds.isEmpty()) {
      throw new ProblemException(ReasonCode.BUILD_NOT_FOUND, "there is no build " + text);
    }
    if (builds.size() > 1) {
      throw new ProblemException(
          ReasonCode.BUILD_AMBIGUOUS, "more than one build begins with " + text);
    }
    return builds.getFirst();
  }
}
