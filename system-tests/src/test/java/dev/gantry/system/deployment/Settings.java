package dev.gantry.system.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What deployments of both kinds have in common. */
final class Settings {
  static final Set<String> SERVICES =
      Set.of("image-service", "build-service", "run-service", "dashboard");
  private static final Pattern ADDRESS =
      Pattern.compile("(?:^|[@/,])([a-z0-9.-]+):([0-9]{2,5})(?=$|[/,])");
  private static final Pattern PINNED =
      Pattern.compile("[a-z0-9./-]+:(?!latest$)[A-Za-z0-9_][A-Za-z0-9._-]*[0-9][A-Za-z0-9._-]*");

  private Settings() {}

  /** Every host:port in a setting is one that somebody listens on. */
  static void assertReachable(String who, Map<String, String> settings, Set<String> addresses) {
    settings.forEach(
        (name, value) -> {
          Matcher matcher = ADDRESS.matcher(value);
          while (matcher.find()) {
            assertThat(addresses)
                .as(who + " " + name + "=" + value)
                .contains(matcher.group(1) + ":" + matcher.group(2));
          }
        });
  }

  /** The image is named with a version. */
  static void assertPinned(String image) {
    assertThat(image).matches(PINNED);
  }
}
