package dev.gantry.build.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The ARGs that exist without being given. */
final class PlatformArgs {
  private static final Set<String> PROXIES =
      Set.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");
  private static final List<String> SIDES = List.of("TARGET", "BUILD");

  private PlatformArgs() {}

  /** Those of Docker; a build argument of the same name stands for one of them. */
  static Map<String, String> of(BuildOptions options, String targetStage) {
    String[] parts = options.platform().split("/", 3);
    Map<String, String> args = new LinkedHashMap<>();
    for (String side : SIDES) {
      args.put(side + "PLATFORM", options.platform());
      args.put(side + "OS", parts[0]);
      args.put(side + "OSVERSION", "");
      args.put(side + "ARCH", parts.length > 1 ? parts[1] : "");
      args.put(side + "VARIANT", parts.length > 2 ? parts[2] : "");
    }
    args.put("TARGETSTAGE", targetStage);
    args.replaceAll((name, value) -> options.buildArgs().getOrDefault(name, value));
    return args;
  }

  /** Proxy settings reach RUN without an ARG, in either case, and never decide about the cache. */
  static boolean isProxy(String name) {
    return PROXIES.contains(name.toUpperCase(Locale.ROOT));
  }

  /** The proxy settings of the request, each in upper and in lower case. */
  static Map<String, String> proxies(Map<String, String> buildArgs) {
    Map<String, String> proxies = new LinkedHashMap<>();
    buildArgs.keySet().stream()
        .filter(PlatformArgs::isProxy)
        .sorted()
        .forEach(
            name -> {
              String value = buildArgs.getOrDefault(name, "");
              proxies.put(name.toUpperCase(Locale.ROOT), value);
              proxies.put(name.toLowerCase(Locale.ROOT), value);
            });
    return proxies;
  }

  /** Whether a build argument of the name does something though no ARG asks for it. */
  static boolean isPredefined(String name) {
    return isProxy(name)
        || name.startsWith("BUILDKIT_")
        || name.equals("SOURCE_DATE_EPOCH")
        || SIDES.stream().anyMatch(name::startsWith);
  }

  /**
   * A platform as it is compared: {@code amd64} and {@code linux/x86_64} are {@code linux/amd64};
   * an operating system alone is that of this host.
   */
  static String normalized(String platform, String host) {
    String[] parts = platform.toLowerCase(Locale.ROOT).split("/", 3);
    String[] hosts = host.split("/", 3);
    if (parts.length == 1) {
      String arch = architecture(parts[0]);
      boolean isSystem = parts[0].equals(hosts[0]);
      return isSystem ? host : hosts[0] + "/" + arch;
    }
    String variant = parts.length > 2 ? parts[2] : "";
    String arch = architecture(parts[1]);
    boolean usual =
        variant.isEmpty()
            || (arch.equals("arm64") && variant.equals("v8"))
            || (arch.equals("amd64") && variant.equals("v1"));
    return parts[0] + "/" + arch + (usual ? "" : "/" + variant);
  }

  private static String architecture(String name) {
    return switch (name) {
      case "x86_64", "x86-64" -> "amd64";
      case "aarch64" -> "arm64";
      case "i386", "i686" -> "386";
      default -> name;
    };
  }
}
