package dev.gantry.run.volume;

import dev.gantry.events.ReasonCode;
import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirFd;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directories of the host below which runs may have files and directories mounted.
 *
 * @param roots as the host's configuration names them
 */
public record BindRoots(List<Path> roots) {
  /** None: no run can have anything of the host. */
  public static final BindRoots NONE = new BindRoots(List.of());

  /** Refuses what is not absolute. */
  public BindRoots {
    for (Path root : roots) {
      if (!root.isAbsolute()) {
        throw new IllegalArgumentException(
            "gantry.allow.bind-roots: %s is not absolute".formatted(root));
      }
    }
    // The longest first: what is bound is resolved beneath the closest root.
    roots =
        roots.stream()
            .map(Path::normalize)
            .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
            .toList();
  }

  /** What a request names, below a root. */
  record Place(Path root, String beneath) {}

  /** Where a path lies; empty: below none of the roots. */
  Optional<Place> find(String source, @Nullable String subpath) {
    Path path = Path.of(source).normalize();
    return roots.stream()
        .filter(path::startsWith)
        .findFirst()
        .map(root -> new Place(root, join(root.relativize(path).toString(), subpath)));
  }

  static String join(String path, @Nullable String subpath) {
    if (subpath == null || subpath.isEmpty()) {
      return path;
    }
    return path.isEmpty() ? subpath : path + "/" + subpath;
  }

  /** Why something beneath a directory cannot be mounted; empty: it can. */
  static Optional<Mounting.Refused> refusal(Path directory, String beneath, String field) {
    try (DirFd root = DirFd.open(directory);
        FileDescriptor _ = root.beneath(beneath)) {
      return Optional.empty();
    } catch (LinuxException e) {
      return Optional.of(
          e.is(Errno.EXDEV, Errno.ELOOP)
              ? new Mounting.Refused(
                  field, ReasonCode.FORBIDDEN, "%s leads out of %s".formatted(beneath, directory))
              : new Mounting.Refused(
                  field,
                  ReasonCode.INVALID_FIELD,
                  "%s cannot be mounted: %s".formatted(beneath, e.getMessage())));
    }
  }
}
