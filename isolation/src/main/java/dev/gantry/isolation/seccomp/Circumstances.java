package dev.gantry.isolation.seccomp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the rules of a profile depend on.
 *
 * @param architecture Go's name of it, which the format uses: amd64, arm64
 * @param kernel the kernel's version: major * 1000 + minor
 */
record Circumstances(Set<String> capabilities, String architecture, int kernel) {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,3})");
  private static final int MAJOR = 1000;

  static Circumstances here(Set<String> capabilities) throws IOException {
    String architecture =
        switch (System.getProperty("os.arch")) {
          case "aarch64" -> "arm64";
          case String other -> other;
        };
    String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    return new Circumstances(capabilities, architecture, version(release));
  }

  static int version(String text) {
    Matcher matcher = VERSION.matcher(text);
    if (!matcher.lookingAt()) {
      throw new IllegalArgumentException("not a kernel version: " + text);
    }
    return Integer.parseInt(matcher.group(1)) * MAJOR + Integer.parseInt(matcher.group(2));
  }

  /** libseccomp's name of the architecture, as the format's archMap has it. */
  String mapName() {
    return architecture.equals("arm64") ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";
  }
}
