package dev.gantry.isolation.seccomp;

import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;

/** Which system calls a sandbox may make. */
public sealed interface SeccompProfile permits FilteringProfile, SeccompProfile.Unconfined {
  /**
   * The default: the calls that ordinary programs need, in the resource {@code
   * default-seccomp.json}. New namespaces, mounts, kernel keys, BPF, io_uring, performance counters
   * and the like are not among them unless a capability says so.
   */
  static SeccompProfile standard() {
    return FilteringProfile.standard();
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
    return FilteringProfile.parse(json);
  }

  /**
   * The filter program for a process with these capabilities: an array of {@code struct
   * sock_filter} (seccomp(2)); empty: no filter. The program is compiled once for each set.
   *
   * @param capabilities names as {@code CAP_SYS_ADMIN}
   * @throws UncheckedIOException when libseccomp is missing or refuses a rule
   */
  Optional<byte[]> program(Set<String> capabilities);

  /** No filter. */
  record Unconfined() implements SeccompProfile {
    @Override
    public Optional<byte[]> program(Set<String> capabilities) {
      return Optional.empty();
    }
  }
}
