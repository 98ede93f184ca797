package dev.gantry.build.plan;

import org.jspecify.annotations.Nullable;

/** A {@code --mount} of a RUN, with everything expanded and every default filled in. */
public sealed interface RunMount {
  /** Where it is seen, an absolute path; absent for a secret that is only a variable. */
  @Nullable String target();

  /**
   * A directory or file of the context, a stage or an image.
   *
   * @param source absolute within the origin
   * @param readOnly where not, writes succeed and are thrown away
   */
  record Bind(String target, Origin from, String source, boolean readOnly) implements RunMount {}

  /**
   * A directory that later builds find as this one left it.
   *
   * @param id names it
   * @param from what a new one begins with; {@link Origin.Scratch} where nothing
   * @param source absolute within {@code from}
   * @param owner of a new one
   */
  record Cache(
      String target,
      String id,
      Sharing sharing,
      Origin from,
      String source,
      boolean readOnly,
      Access owner)
      implements RunMount {}

  /**
   * An empty file system in memory.
   *
   * @param sizeBytes its limit; 0 where the kernel's default is
   */
  record Tmpfs(String target, long sizeBytes) implements RunMount {}

  /**
   * A value that is never written down.
   *
   * @param target the file in which it is; absent where there is none
   * @param variable the variable in which it is; absent where there is none
   * @param required whether it is an error that the build was given no such secret
   */
  record Secret(
      @Nullable String target, String id, @Nullable String variable, boolean required, Access owner)
      implements RunMount {}

  /**
   * The socket of an SSH agent, named by {@code SSH_AUTH_SOCK} too where it is the first.
   *
   * @param required whether it is an error that the build was given no such agent
   */
  record Ssh(String target, String id, boolean required, Access owner) implements RunMount {}

  /** How builds use a cache at the same time. */
  enum Sharing {
    /** All of them together. */
    SHARED,
    /** Each its own. */
    PRIVATE,
    /** One after the other. */
    LOCKED
  }

  /**
   * Whose it is.
   *
   * @param mode permission bits
   */
  record Access(int uid, int gid, int mode) {}
}
