package dev.gantry.run.permission;

import java.nio.file.Path;
import java.util.List;

/**
 * What runs may ask of this host that takes away a part of what holds them: by its configuration,
 * and nothing of it by default.
 *
 * @param seccompUnconfined every system call, or a profile of one's own in place of the default one
 * @param hostNetwork the host's network namespace
 * @param bindRoots directories of the host of which, and below which, everything can be mounted
 */
public record Permissions(boolean seccompUnconfined, boolean hostNetwork, List<Path> bindRoots) {
  /** None of it. */
  public static final Permissions NONE = new Permissions(false, false, List.of());

  /** Refuses roots that are not absolute, naming the setting. */
  public Permissions {
    bindRoots = bindRoots.stream().map(Path::normalize).toList();
    for (Path root : bindRoots) {
      if (!root.isAbsolute()) {
        throw new IllegalArgumentException(
            "gantry.allow.bind-roots: '%s' is not an absolute path".formatted(root));
      }
    }
  }
}
