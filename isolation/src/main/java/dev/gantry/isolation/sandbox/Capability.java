package dev.gantry.isolation.sandbox;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A capability of Linux (capabilities(7)), in the kernel's order: the ordinal is its bit. */
public enum Capability {
  CHOWN,
  DAC_OVERRIDE,
  DAC_READ_SEARCH,
  FOWNER,
  FSETID,
  KILL,
  SETGID,
  SETUID,
  SETPCAP,
  LINUX_IMMUTABLE,
  NET_BIND_SERVICE,
  NET_BROADCAST,
  NET_ADMIN,
  NET_RAW,
  IPC_LOCK,
  IPC_OWNER,
  SYS_MODULE,
  SYS_RAWIO,
  SYS_CHROOT,
  SYS_PTRACE,
  SYS_PACCT,
  SYS_ADMIN,
  SYS_BOOT,
  SYS_NICE,
  SYS_RESOURCE,
  SYS_TIME,
  SYS_TTY_CONFIG,
  MKNOD,
  LEASE,
  AUDIT_WRITE,
  AUDIT_CONTROL,
  SETFCAP,
  MAC_OVERRIDE,
  MAC_ADMIN,
  SYSLOG,
  WAKE_ALARM,
  BLOCK_SUSPEND,
  AUDIT_READ,
  PERFMON,
  BPF,
  CHECKPOINT_RESTORE;

  /**
   * What root in a sandbox has when nobody says otherwise: Docker's set without {@code MKNOD}
   * (device nodes do not work in a user namespace) and {@code NET_RAW} (forged packets; ping works
   * without).
   */
  public static final Set<Capability> DEFAULTS =
      Collections.unmodifiableSet(
          EnumSet.of(
              CHOWN,
              DAC_OVERRIDE,
              FSETID,
              FOWNER,
              SETGID,
              SETUID,
              SETFCAP,
              SETPCAP,
              NET_BIND_SERVICE,
              SYS_CHROOT,
              KILL,
              AUDIT_WRITE));

  /** What root in a sandbox can be given at most: Docker's default set. */
  public static final Set<Capability> GRANTABLE = Collections.unmodifiableSet(grantable());

  private static EnumSet<Capability> grantable() {
    EnumSet<Capability> set = EnumSet.copyOf(DEFAULTS);
    set.add(MKNOD);
    set.add(NET_RAW);
    return set;
  }

  /** The capability that a user calls {@code net_raw}, {@code NET_RAW} or {@code CAP_NET_RAW}. */
  public static Optional<Capability> named(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String plain = upper.startsWith("CAP_") ? upper.substring("CAP_".length()) : upper;
    for (Capability capability : values()) {
      if (capability.name().equals(plain)) {
        return Optional.of(capability);
      }
    }
    return Optional.empty();
  }

  /** Their names as the kernel's headers and seccomp profiles have them: {@code CAP_CHOWN}. */
  public static Set<String> names(Set<Capability> capabilities) {
    return capabilities.stream()
        .map(capability -> "CAP_" + capability.name())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The set as the kernel writes it: one bit per capability. */
  static long bits(Set<Capability> capabilities) {
    long bits = 0;
    for (Capability capability : capabilities) {
      bits |= 1L << capability.ordinal();
    }
    return bits;
  }
}
