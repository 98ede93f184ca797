package dev.gantry.build.execute;

import java.util.Optional;

/**
 * The secrets that came with a build, by id. They are only ever seen by the steps that ask for
 * them: they are in no layer, history, cache key, log or event.
 */
@FunctionalInterface
public interface Secrets {
  /** No secrets at all. */
  Secrets NONE = id -> Optional.empty();

  /** The value of a secret; empty where none of that id came with the build. */
  Optional<byte[]> value(String id);

  /**
   * The private keys, as OpenSSH writes them, one after the other and without pass phrases, that
   * the agent of an id has; empty where none of that id came with the build.
   */
  default Optional<byte[]> sshKeys(String id) {
    return value("ssh:" + id);
  }
}
