package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.GoValues;
import dev.gantry.build.dockerfile.Variables;
import dev.gantry.build.dockerfile.WordExpander;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Lowers a {@code --mount} of a RUN: expands it, checks it, fills in what is not said. */
final class MountLowering {
  private static final List<String> TYPES = List.of("bind", "cache", "tmpfs", "secret", "ssh");
  private static final Set<String> PLAIN = Set.of("ro", "readonly", "rw", "readwrite", "required");
  private static final Map<String, String> SYNONYMS =
      Map.of(
          "src",
          "source",
          "dst",
          "target",
          "destination",
          "target",
          "readonly",
          "ro",
          "readwrite",
          "rw");
  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "bind", Set.of("from", "source", "target", "ro"),
          "cache", Set.of("from", "source", "target", "ro", "id", "sharing", "mode", "uid", "gid"),
          "tmpfs", Set.of("from", "target", "size", "ro"),
          "secret", Set.of("source", "target", "id", "env", "required", "mode", "uid", "gid", "ro"),
          "ssh", Set.of("target", "id", "required", "mode", "uid", "gid", "ro"));

  private final MountFlag flag;
  private final String workdir;
  private final int sockets;
  private final Map<String, String> values = new HashMap<>();
  private String type = "bind";

  /** Lowers for a RUN in that directory that has so many sockets already. */
  MountLowering(MountFlag flag, String workdir, int sockets) {
    this.flag = flag;
    this.workdir = workdir;
    this.sockets = sockets;
  }

  RunMount lower(WordExpander words, Variables variables, Origin from) {
    for (MountFlag.Field field : flag.fields()) {
      read(field, words, variables);
    }
    for (String key : new TreeSet<>(values.keySet())) {
      if (!KEYS.getOrDefault(type, Set.of()).contains(key)) {
        throw problem(key, "unexpected key '" + key + "' for mount type '" + type + "'")
            .hint(
                "it takes " + String.join(", ", new TreeSet<>(KEYS.getOrDefault(type, Set.of()))));
      }
    }
    return switch (type) {
      case "bind" -> new RunMount.Bind(target(), from, source(), flag("ro", true));
      case "cache" -> cache(flag.from() == null ? new Origin.Scratch() : from);
      case "tmpfs" -> tmpfs();
      case "secret" -> secret();
      default -> ssh();
    };
  }

  private void read(MountFlag.Field field, WordExpander words, Variables variables) {
    String key = SYNONYMS.getOrDefault(field.key(), field.key());
    String value = field.value();
    if (value == null && !PLAIN.contains(field.key())) {
      throw problem(field.text(), "invalid field '" + field.text() + "' must be a key=value pair")
          .hint("only ro, rw and required stand without a value");
    }
    String expanded = value == null ? "true" : words.expand(value, variables);
    switch (key) {
      case "type" -> type = type(expanded);
      case "ro" -> values.put("ro", truth(field, expanded) ? "true" : "false");
      case "rw" -> values.put("ro", truth(field, expanded) ? "false" : "true");
      case "required" -> values.put("required", truth(field, expanded) ? "true" : "false");
      case "from", "source", "target", "id", "sharing", "mode", "uid", "gid", "size", "env" ->
          values.put(key, expanded);
      default ->
          throw problem(
                  field.text(), "unexpected key '" + field.key() + "' in '" + field.text() + "'")
              .hint(
                  "keys are type, from, source, target, id, sharing, mode, uid, gid, size, env,"
                      + " required, ro and rw");
    }
  }

  private String type(String text) {
    String known = text.toLowerCase(Locale.ROOT);
    if (!TYPES.contains(known)) {
      throw problem(text, "unsupported mount type \"" + text + "\"")
          .hint("it is bind, cache, tmpfs, secret or ssh");
    }
    return known;
  }

  private boolean truth(MountFlag.Field field, String value) {
    return GoValues.truth(value)
        .orElseThrow(
            () ->
                problem(field.text(), "invalid value for " + field.key() + ": " + value)
                    .hint("it is true or false"));
  }

  private boolean flag(String key, boolean otherwise) {
    String value = values.get(key);
    return value == null ? otherwise : value.equals("true");
  }

  private String source() {
    return PathText.join("/", values.getOrDefault("source", ""));
  }

  private String target() {
    String written = values.getOrDefault("target", "");
    String target =
        written.startsWith("/") ? PathText.join("/", written) : PathText.join(workdir, written);
    if (target.equals("/")) {
      throw problem("target", "invalid mount target \"" + written + "\"")
          .hint("say target=/a/directory");
    }
    return target;
  }

  private RunMount cache(Origin from) {
    String id = values.getOrDefault("id", "");
    RunMount.Sharing sharing =
        switch (values.getOrDefault("sharing", "shared").toLowerCase(Locale.ROOT)) {
          case "shared" -> RunMount.Sharing.SHARED;
          case "private" -> RunMount.Sharing.PRIVATE;
          case "locked" -> RunMount.Sharing.LOCKED;
          default ->
              throw problem(
                      "sharing", "unsupported sharing value \"" + values.get("sharing") + "\"")
                  .hint("it is shared, private or locked");
        };
    String target = target();
    return new RunMount.Cache(
        target,
        id.isEmpty() ? target : id,
        sharing,
        from,
        source(),
        flag("ro", false),
        access(0755));
  }

  private RunMount tmpfs() {
    String size = values.get("size");
    long bytes =
        size == null
            ? 0
            : GoValues.bytes(size)
                .orElseThrow(
                    () ->
                        problem("size", "invalid value for size: " + size)
                            .hint("it is a number of bytes, such as 64m or 1g"));
    return new RunMount.Tmpfs(target(), bytes);
  }

  private RunMount secret() {
    String source = values.getOrDefault("source", "");
    String id = values.getOrDefault("id", "");
    String target = values.getOrDefault("target", "");
    if (!source.isEmpty() && !id.isEmpty()) {
      throw problem("source", "both source and id can't be set");
    }
    if (source.isEmpty() && id.isEmpty() && target.isEmpty()) {
      throw problem("secret", "invalid secret mount. one of source, target required")
          .hint("say id=NAME");
    }
    String named = source.isEmpty() ? id : source;
    String name = named.isEmpty() ? PathText.name(target) : named;
    String variable = values.get("env");
    String file = target.isEmpty() ? null : PathText.join("/", target);
    if (file == null && variable == null) {
      file = "/run/secrets/" + PathText.name(name);
    }
    return new RunMount.Secret(file, name, variable, flag("required", false), access(0400));
  }

  private RunMount ssh() {
    String id = values.getOrDefault("id", "");
    String target = values.getOrDefault("target", "");
    return new RunMount.Ssh(
        target.isEmpty() ? "/run/buildkit/ssh_agent." + sockets : PathText.join("/", target),
        id.isEmpty() ? "default" : id,
        flag("required", false),
        access(0600));
  }

  private RunMount.Access access(int mode) {
    return new RunMount.Access(
        number("uid", 10, Integer.MAX_VALUE, 0),
        number("gid", 10, Integer.MAX_VALUE, 0),
        number("mode", 8, 07777, mode));
  }

  private int number(String key, int radix, int max, int otherwise) {
    String text = values.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text, radix);
      if (value >= 0 && value <= max && Character.digit(text.charAt(0), radix) >= 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Told below, as a number that is too large is.
    }
    throw problem(key, "invalid value " + text + " for " + key)
        .hint(radix == 8 ? "it is octal, such as 0755" : "it is a number");
  }

  private DockerfileException problem(@Nullable String part, String message) {
    return DockerfileException.syntax(
        flag.at(), flag.at().spot(part == null ? "--mount" : part), message);
  }
}
