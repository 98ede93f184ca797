package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the processes of a run may do.
 *
 * @param readOnlyRootfs the root file system cannot be written; mounts can
 * @param sysctls of the run's own namespaces
 */
public record SecuritySettings(
    boolean readOnlyRootfs,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Capabilities capabilities,
    Seccomp seccomp,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> sysctls) {
  private static final Pattern OF_NETWORK = Pattern.compile("net(\\.[a-zA-Z0-9_-]+)+");
  private static final Pattern OF_IPC =
      Pattern.compile("kernel\\.(msg[a-z_]*|sem|shm[a-z_]*)|fs\\.mqueue\\.[a-z_]+");

  /** Takes a copy of the map. */
  public SecuritySettings {
    sysctls = Collections.unmodifiableMap(new LinkedHashMap<>(sysctls));
  }

  static SecuritySettings read(Fields fields) {
    Capabilities capabilities = fields.object("capabilities", Capabilities::parse);
    SecuritySettings settings =
        new SecuritySettings(
            fields.flag("readOnlyRootfs"),
            capabilities == null ? Capabilities.UNCHANGED : capabilities,
            Seccomp.read(fields),
            fields.textMap("sysctls"));
    for (String name : settings.sysctls.keySet()) {
      if (!OF_NETWORK.matcher(name).matches() && !OF_IPC.matcher(name).matches()) {
        fields.refuse(
            "sysctls." + name,
            ReasonCode.INVALID_FIELD,
            "is not of a run's own namespaces: net.*, kernel.msg*, kernel.sem, kernel.shm*,"
                + " fs.mqueue.*");
      }
    }
    return settings;
  }

  /** The first sysctl of the network namespace, which is the host's where a run shares it. */
  @Nullable String networkSysctl() {
    return sysctls.keySet().stream()
        .filter(name -> OF_NETWORK.matcher(name).matches())
        .findFirst()
        .orElse(null);
  }

  /**
   * Changes of the capabilities that runs have by default.
   *
   * @param add names without {@code CAP_}, or {@link #ALL}: all that a run may have
   * @param drop names without {@code CAP_}, or {@link #ALL}
   */
  public record Capabilities(
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> add,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> drop) {
    /** In place of names. */
    public static final String ALL = "ALL";

    /** Those that can be added: Docker's defaults. */
    public static final Set<String> ADDABLE =
        Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "NET_RAW",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    static final Capabilities UNCHANGED = new Capabilities(List.of(), List.of());

    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z_]{2,31}");

    public Capabilities {
      add = List.copyOf(add);
      drop = List.copyOf(drop);
    }

    static Parsed<Capabilities> parse(Fields fields) {
      List<String> add = fields.parsedList("add", Capabilities::addable);
      List<String> drop = fields.parsedList("drop", Capabilities::name);
      return fields.finish(
          () -> new Capabilities(add == null ? List.of() : add, drop == null ? List.of() : drop));
    }

    private static Parsed<String> name(String text) {
      String upper = text.toUpperCase(Locale.ROOT);
      String name = upper.startsWith("CAP_") ? upper.substring("CAP_".length()) : upper;
      return NAME.matcher(name).matches()
          ? new Parsed.Valid<>(name)
          : Parsed.invalid(Text.quoted(text) + " is not a capability: CHOWN, CAP_CHOWN, ALL, ...");
    }

    private static Parsed<String> addable(String text) {
      return switch (name(text)) {
        case Parsed.Valid<String>(String name) when !name.equals(ALL) && !ADDABLE.contains(name) ->
            Parsed.invalid(
                Text.quoted(text)
                    + " is not a capability that a run can have; these are "
                    + String.join(", ", new java.util.TreeSet<>(ADDABLE)));
        case Parsed<String> parsed -> parsed;
      };
    }
  }
}
