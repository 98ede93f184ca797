package dev.gantry.build.tree;

import java.time.Instant;

/**
 * What lies at a path of a {@link SourceTree}; of a link, the link itself.
 *
 * @param mode permission bits with setuid, setgid and sticky (07777)
 * @param size bytes of a file, else 0
 * @param target of a link, else empty
 */
public record Node(
    Kind kind, int mode, int uid, int gid, long size, Instant modified, String target) {

  /** The kinds that can be copied, and the rest. */
  public enum Kind {
    /** A regular file. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link. */
    SYMLINK,
    /** A device, pipe or socket. */
    SPECIAL
  }

  /** The root of a tree that does not say anything about it. */
  public static final Node ROOT = new Node(Kind.DIRECTORY, 0755, 0, 0, 0, Instant.EPOCH, "");

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }
}
