package dev.gantry.isolation.seccomp;

import java.util.Optional;
import java.util.Set;

/** Which system calls a sandbox may make. */
public sealed interface SeccompProfile {
  /** The default: calls that ordinary programs need; see {@code default-seccomp.json}. */
  static SeccompProfile standard() {
    throw new UnsupportedOperationException();
  }

  /** Every call. */
  static SeccompProfile unconfined() {
    return new Unconfined();
  }

  /**
   * A profile in the JSON format of Docker ({@code defaultAction}, {@code archMap}, {@code
   * syscalls} with {@code includes} and {@code excludes}).
   *
   * @throws IllegalArgumentException when it is none; the message names the field
   */
  static SeccompProfile fromJson(String json) {
    throw new UnsupportedOperationException(json);
  }

  /**
   * The filter program for a process with these capabilities: an array of {@code struct
   * sock_filter} (seccomp(2)); empty: no filter. Cached.
   *
   * @param capabilities names as {@code CAP_SYS_ADMIN}
   */
  Optional<byte[]> program(Set<String> capabilities);

  /** No filter. */
  record Unconfined() implements SeccompProfile {
    @Override
    public Optional<byte[]> program(Set<String> capabilities) {
      return Optional.empty();
    }
  }

  /** A filter. */
  final class Filtered implements SeccompProfile {
    @Override
    public Optional<byte[]> program(Set<String> capabilities) {
      throw new UnsupportedOperationException();
    }
  }
}
