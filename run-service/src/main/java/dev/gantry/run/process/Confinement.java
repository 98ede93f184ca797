package dev.gantry.run.process;

import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Resources;
import dev.gantry.events.RunSpec;
import dev.gantry.events.Seccomp;
import dev.gantry.events.SecuritySettings.Capabilities;
import dev.gantry.events.Ulimit;
import dev.gantry.isolation.sandbox.Capability;
import dev.gantry.isolation.sandbox.ProcessDraft;
import dev.gantry.isolation.sandbox.Rlimit;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.isolation.sandbox.Sysctl;
import dev.gantry.isolation.seccomp.SeccompProfile;
import dev.gantry.run.permission.Permissions;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a request says of how its process is held: capabilities, system calls, limits, settings of
 * the kernel.
 *
 * @param host the limits that this host can give
 */
record Confinement(RunSpec spec, Permissions permissions, Map<Rlimit, Rlimit.Bounds> host) {

  static Confinement of(RunSpec spec, Permissions permissions) {
    return new Confinement(spec, permissions, Host.LIMITS);
  }

  /** Loaded when first needed. */
  private static final class Host {
    static final Map<Rlimit, Rlimit.Bounds> LIMITS = Rlimit.grantable();
  }

  /** Something that cannot be honoured, on the way to its answer. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String field;
    private final ReasonCode reason;

    Refusal(String field, ReasonCode reason, String message) {
      super(message, null, false, false);
      this.field = field;
      this.reason = reason;
    }
  }

  Parsed<SandboxSpec.Process> applyTo(ProcessDraft draft) {
    try {
      Set<Capability> capabilities = capabilities();
      return new Parsed.Valid<>(
          draft
              .capabilities(capabilities)
              .seccomp(seccomp(capabilities))
              .limits(limits())
              .oomScoreAdjust(oomScoreAdjust())
              .sysctls(sysctls())
              .build());
    } catch (Refusal e) {
      return new Parsed.Invalid<>(e.field, e.reason, String.valueOf(e.getMessage()));
    }
  }

  /** As Docker: what is added wins over "ALL" dropped, what is dropped by name over "ALL" added. */
  private Set<Capability> capabilities() {
    Capabilities asked = spec.security().capabilities();
    Set<Capability> set = EnumSet.noneOf(Capability.class);
    if (asked.add().contains(Capabilities.ALL)) {
      set.addAll(Capability.GRANTABLE);
    } else if (!asked.drop().contains(Capabilities.ALL)) {
      set.addAll(Capability.DEFAULTS);
    }
    set.removeAll(named("capabilities.drop", asked.drop()));
    set.addAll(named("capabilities.add", asked.add()));
    return set;
  }

  private static Set<Capability> named(String field, List<String> names) {
    Set<Capability> set = EnumSet.noneOf(Capability.class);
    for (String name : names) {
      if (!name.equals(Capabilities.ALL)) {
        set.add(
            Capability.named(name)
                .orElseThrow(
                    () ->
                        new Refusal(
                            field, ReasonCode.INVALID_FIELD, name + " is not a capability")));
      }
    }
    return set;
  }

  private SeccompProfile seccomp(Set<Capability> capabilities) {
    return switch (spec.security().seccomp()) {
      case Seccomp.Default() -> SeccompProfile.standard();
      case Seccomp.Unconfined() when permissions.seccompUnconfined() -> SeccompProfile.unconfined();
      case Seccomp.Unconfined() ->
          throw new Refusal(
              "seccomp",
              ReasonCode.FORBIDDEN,
              "unconfined is not permitted on this host (gantry.allow.seccomp-unconfined)");
      case Seccomp.Profile(var document) -> ownProfile(document.toString(), capabilities);
    };
  }

  /** Without permission for more, it narrows the default profile. */
  private SeccompProfile ownProfile(String json, Set<Capability> capabilities) {
    try {
      SeccompProfile own = SeccompProfile.fromJson(json);
      SeccompProfile profile =
          permissions.seccompUnconfined() ? own : own.within(SeccompProfile.standard());
      profile.programs(Capability.names(capabilities));
      return profile;
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new Refusal("seccomp", ReasonCode.INVALID_FIELD, String.valueOf(e.getMessage()));
    }
  }

  private Map<Rlimit, Rlimit.Bounds> limits() {
    Map<Rlimit, Rlimit.Bounds> limits = new EnumMap<>(Rlimit.class);
    spec.resources()
        .ulimits()
        .forEach((name, asked) -> limits.put(rlimit(name), bounds(name, asked)));
    return limits;
  }

  private static Rlimit rlimit(String name) {
    return Rlimit.named(name)
        .orElseThrow(
            () ->
                new Refusal(
                    "resources.ulimits." + name,
                    ReasonCode.INVALID_FIELD,
                    name + " is not a limit of processes"));
  }

  private Rlimit.Bounds bounds(String name, Ulimit asked) {
    long highest = host.getOrDefault(rlimit(name), Rlimit.Bounds.NONE).hard();
    if (Rlimit.Bounds.exceeds(asked.hard(), highest)) {
      throw new Refusal(
          "resources.ulimits." + name,
          ReasonCode.UNSUPPORTED,
          "%s is more than this host can give: %s"
              .formatted(Rlimit.Bounds.text(asked.hard()), Rlimit.Bounds.text(highest)));
    }
    return new Rlimit.Bounds(asked.soft(), asked.hard());
  }

  private OptionalInt oomScoreAdjust() {
    Resources resources = spec.resources();
    Integer score = resources.oomScoreAdjust();
    return score == null ? OptionalInt.empty() : OptionalInt.of(score);
  }

  private Map<Sysctl, String> sysctls() {
    Map<Sysctl, String> sysctls = new HashMap<>();
    spec.security().sysctls().forEach((name, value) -> sysctls.put(sysctl(name), value));
    return sysctls;
  }

  private static Sysctl sysctl(String name) {
    try {
      return new Sysctl(name);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          "sysctls." + name, ReasonCode.INVALID_FIELD, String.valueOf(e.getMessage()));
    }
  }
}
