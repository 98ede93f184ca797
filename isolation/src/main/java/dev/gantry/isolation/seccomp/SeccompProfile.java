package dev.gantry.isolation.seccomp;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Which system calls a sandbox may make. */
public sealed interface SeccompProfile
    permits FilteringProfile, SeccompProfile.Layered, SeccompProfile.Unconfined {
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
   * The filter programs for a process with these capabilities, each an array of {@code struct
   * sock_filter} (seccomp(2)), in the order in which they are to be loaded; empty: no filter. A
   * program is compiled once for each set.
   *
   * @param capabilities names as {@code CAP_SYS_ADMIN}
   * @throws UncheckedIOException when libseccomp is missing or refuses a rule
   * @throws IllegalArgumentException when the program is longer than the kernel takes
   */
  List<byte[]> programs(Set<String> capabilities);

  /** Allows what both this profile and the other one allow. */
  default SeccompProfile within(SeccompProfile other) {
    return new Layered(other, this);
  }

  /** Two profiles of which the stricter rules, call by call; the outer one is loaded first. */
  record Layered(SeccompProfile outer, SeccompProfile inner) implements SeccompProfile {
    @Override
    public List<byte[]> programs(Set<String> capabilities) {
      return Stream.concat(
              outer.programs(capabilities).stream(), inner.programs(capabilities).stream())
          .toList();
    }
  }

  /** No filter. */
  record Unconfined() implements SeccompProfile {
    @Override
    public List<byte[]> programs(Set<String> capabilities) {
      return List.of();
    }
  }
}
