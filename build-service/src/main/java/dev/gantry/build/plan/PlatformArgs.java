package dev.gantry.build.plan;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The ARGs that exist without being given. */
final class PlatformArgs {
  private static final Set<String> PROXIES =
      Set.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

  private PlatformArgs() {}

  static Map<String, String> of(BuildOptions options, String targetStage) {
    String[] parts = options.platform().split("/", 3);
    String variant = parts.length > 2 ? parts[2] : "";
    Map<String, String> args = new LinkedHashMap<>();
    for (String side : new String[] {"TARGET", "BUILD"}) {
      args.put(side + "PLATFORM", options.platform());
      args.put(side + "OS", parts[0]);
      args.put(side + "ARCH", parts[1]);
      args.put(side + "VARIANT", variant);
    }
    args.put("TARGETSTAGE", targetStage);
    return args;
  }

  /** Proxy settings reach RUN without an ARG, in either case, and never decide about the cache. */
  static boolean isProxy(String name) {
    return PROXIES.contains(name) || PROXIES.contains(name.toUpperCase(Locale.ROOT));
  }
}
