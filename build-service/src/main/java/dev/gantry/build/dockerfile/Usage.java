package dev.gantry.build.dockerfile;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How each instruction is written: what problems name as right. */
final class Usage {
  private static final Map<String, String> FORMS =
      Map.ofEntries(
          Map.entry("FROM", "FROM [--platform=OS/ARCH] IMAGE [AS NAME]"),
          Map.entry("RUN", "RUN [--mount=…] [--network=…] COMMAND, or RUN [\"PROGRAM\", \"ARG\"]"),
          Map.entry("CMD", "CMD COMMAND, or CMD [\"PROGRAM\", \"ARG\"]"),
          Map.entry("LABEL", "LABEL NAME=VALUE …"),
          Map.entry("MAINTAINER", "MAINTAINER NAME"),
          Map.entry("EXPOSE", "EXPOSE PORT[-PORT][/tcp|/udp] …"),
          Map.entry("ENV", "ENV NAME=VALUE …"),
          Map.entry("ADD", "ADD [--chown=…] [--chmod=…] [--checksum=…] SOURCE … DESTINATION"),
          Map.entry("COPY", "COPY [--from=…] [--chown=…] [--chmod=…] SOURCE … DESTINATION"),
          Map.entry("ENTRYPOINT", "ENTRYPOINT [\"PROGRAM\", \"ARG\"], or ENTRYPOINT COMMAND"),
          Map.entry("VOLUME", "VOLUME PATH …, or VOLUME [\"PATH\"]"),
          Map.entry("USER", "USER NAME[:GROUP]"),
          Map.entry("WORKDIR", "WORKDIR PATH"),
          Map.entry("ARG", "ARG NAME[=DEFAULT] …"),
          Map.entry("ONBUILD", "ONBUILD INSTRUCTION"),
          Map.entry("STOPSIGNAL", "STOPSIGNAL SIGNAL, such as SIGTERM or 15"),
          Map.entry("HEALTHCHECK", "HEALTHCHECK [--interval=30s] … CMD COMMAND, or NONE"),
          Map.entry("SHELL", "SHELL [\"PROGRAM\", \"ARG\"]"));

  private Usage() {}

  static @Nullable String of(String keyword) {
    String form = FORMS.get(keyword);
    return form == null ? null : "the form is " + form;
  }

  static boolean knows(String keyword) {
    return FORMS.containsKey(keyword);
  }

  /** The instruction that was probably meant. */
  static Optional<String> nearestTo(String keyword) {
    return Nearest.of(keyword, FORMS.keySet());
  }
}
