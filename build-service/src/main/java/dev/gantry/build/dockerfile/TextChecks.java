package dev.gantry.build.dockerfile;

import dev.gantry.build.dockerfile.DockerfileWarning.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what is probably not meant, as far as the text of a file alone shows it. */
final class TextChecks {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?:_|^)(apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern PUBLIC =
      Pattern.compile("(?:_|^)public(?:_|$)", Pattern.CASE_INSENSITIVE);
  private static final Set<String> RESERVED = Set.of("context", "scratch");

  private final List<Stage> stages;
  private final List<DockerfileWarning> warnings = new ArrayList<>();

  TextChecks(List<Stage> stages) {
    this.stages = stages;
  }

  List<DockerfileWarning> warnings() {
    checkCasing();
    Set<String> names = new HashSet<>();
    Set<String> withWorkdir = new HashSet<>();
    for (Stage stage : stages) {
      checkFrom(stage.from(), names);
      boolean workdir = withWorkdir.contains(stage.from().image().toLowerCase(Locale.ROOT));
      if (new StageChecks(stage).check(workdir) && stage.from().name() != null) {
        withWorkdir.add(stage.from().name());
      }
    }
    return warnings;
  }

  private void warn(Rule rule, At.Spot spot, String message) {
    warnings.add(new DockerfileWarning(rule, spot, message));
  }

  /** The keyword as it is written. */
  private static String written(At at) {
    String line = at.source().isEmpty() ? "" : at.source().getFirst();
    int start = Math.min(at.column() - 1, line.length());
    int end = Math.min(line.length(), start + at.keyword().length());
    return line.substring(start, end);
  }

  private static boolean isLower(String word) {
    return word.equals(word.toLowerCase(Locale.ROOT));
  }

  private static boolean isUpper(String word) {
    return word.equals(word.toUpperCase(Locale.ROOT));
  }

  /** Counts which case most keywords are in; a file that is undecided is in upper case. */
  private void checkCasing() {
    List<At> all = new ArrayList<>();
    for (Stage stage : stages) {
      all.add(stage.from().at());
      stage.instructions().forEach(instruction -> all.add(instruction.at()));
    }
    long lower = all.stream().filter(at -> isLower(written(at))).count();
    long upper = all.stream().filter(at -> isUpper(written(at))).count();
    boolean toLower = lower > upper;
    for (At at : all) {
      String word = written(at);
      if (!(toLower ? isLower(word) : isUpper(word))) {
        warn(
            Rule.CONSISTENT_INSTRUCTION_CASING,
            at.spot(),
            "Command '"
                + word
                + "' should match the case of the command majority ("
                + (toLower ? "lowercase" : "uppercase")
                + ")");
      }
    }
  }

  private void checkFrom(Instruction.From from, Set<String> names) {
    List<String> words = Words.plain(from.at().text());
    String name = from.name();
    if (name != null && words.size() >= 3) {
      checkName(from, name, words.getLast(), names);
      String as = words.get(words.size() - 2);
      String keyword = written(from.at());
      if ((isLower(keyword) && !isLower(as)) || (isUpper(keyword) && !isUpper(as))) {
        warn(
            Rule.FROM_AS_CASING,
            from.at().spot(),
            "'" + as + "' and '" + keyword + "' keywords' casing do not match");
      }
    }
    checkPlatform(from);
  }

  private void checkName(Instruction.From from, String name, String written, Set<String> names) {
    if (!isLower(written)) {
      warn(
          Rule.STAGE_NAME_CASING,
          from.at().spot(written),
          "Stage name '" + written + "' should be lowercase");
    }
    if (RESERVED.contains(name)) {
      warn(
          Rule.RESERVED_STAGE_NAME,
          from.at().spot(written),
          "Stage name should not use the same name as reserved stage \"" + name + "\"");
    }
    if (!names.add(name)) {
      warn(
          Rule.DUPLICATE_STAGE_NAME,
          from.at().spot(written),
          "Duplicate stage name \"" + name + "\", stage names should be unique");
    }
  }

  private void checkPlatform(Instruction.From from) {
    String platform = from.platform();
    if (platform == null) {
      return;
    }
    At.Spot spot = from.at().spot("--platform");
    if (platform.equals("$TARGETPLATFORM") || platform.equals("${TARGETPLATFORM}")) {
      warn(
          Rule.REDUNDANT_TARGET_PLATFORM,
          spot,
          "Setting platform to predefined "
              + platform
              + " in FROM is redundant as this is the"
              + " default behavior");
    } else if (platform.indexOf('$') < 0 && !isNamedAfter(platform, from.name())) {
      warn(
          Rule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
          spot,
          "FROM --platform flag should not use constant value \"" + platform + "\"");
    }
  }

  private static boolean isNamedAfter(String platform, @Nullable String name) {
    if (name == null) {
      return false;
    }
    for (String part : platform.split("/")) {
      if (!part.isEmpty() && name.contains(part)) {
        return true;
      }
    }
    return false;
  }

  /** The checks of one stage. */
  private final class StageChecks {
    private final Stage stage;
    private final Map<String, At> once = new HashMap<>();
    private boolean shell;
    private boolean workdir;

    StageChecks(Stage stage) {
      this.stage = stage;
    }

    /** Whether it has a WORKDIR, its own or, as is said, its base's. */
    boolean check(boolean workdirOfBase) {
      workdir = workdirOfBase;
      stage.instructions().forEach(this::check);
      return workdir;
    }

    private void check(Instruction instruction) {
      At at = instruction.at();
      switch (instruction) {
        case Instruction.Shell _ -> shell = true;
        case Instruction.Cmd cmd -> command(at, cmd.command());
        case Instruction.Entrypoint entrypoint -> command(at, entrypoint.command());
        case Instruction.Healthcheck _ -> once(at);
        case Instruction.Maintainer _ ->
            warn(
                Rule.MAINTAINER_DEPRECATED,
                at.spot(),
                "Maintainer instruction is deprecated in favor of using label");
        case Instruction.Workdir next -> workdir(at, next.path());
        case Instruction.Env env -> pairs(at, env.pairs(), true);
        case Instruction.Label label -> pairs(at, label.pairs(), false);
        case Instruction.Arg arg -> arg.pairs().forEach(pair -> secret(at, pair.name()));
        case Instruction.Expose expose -> expose.ports().forEach(port -> expose(at, port));
        case Instruction.From _, Instruction.Run _, Instruction.Copy _, Instruction.Add _ -> {}
        case Instruction.User _, Instruction.Volume _, Instruction.StopSignal _ -> {}
        case Instruction.Onbuild _ -> {}
      }
    }

    private void command(At at, Command command) {
      once(at);
      if (command instanceof Command.Shell && !shell) {
        warn(
            Rule.JSON_ARGS_RECOMMENDED,
            at.spot(),
            "JSON arguments recommended for "
                + at.keyword()
                + " to prevent unintended behavior related to OS signals");
      }
    }

    private void once(At at) {
      At before = once.put(at.keyword(), at);
      if (before != null) {
        warn(
            Rule.MULTIPLE_INSTRUCTIONS_DISALLOWED,
            before.spot(),
            "Multiple "
                + at.keyword()
                + " instructions should not be used in the same stage because only the last one"
                + " will be used");
      }
    }

    private void workdir(At at, String path) {
      if (!workdir && !path.startsWith("/") && !path.startsWith("$")) {
        warn(
            Rule.WORKDIR_RELATIVE_PATH,
            at.spot(path),
            "Relative workdir \""
                + path
                + "\" can have unexpected results if the base image changes");
      }
      workdir = true;
    }

    private void pairs(At at, List<NameValue> pairs, boolean secrets) {
      List<String> words = Words.plain(at.text());
      if (words.size() > 1 && !words.get(1).contains("=")) {
        warn(
            Rule.LEGACY_KEY_VALUE_FORMAT,
            at.spot(),
            "\""
                + at.keyword()
                + " key=value\" should be used instead of legacy \""
                + at.keyword()
                + " key value\" format");
      }
      if (secrets) {
        pairs.forEach(pair -> secret(at, pair.name()));
      }
    }

    private void secret(At at, String name) {
      if (SECRET.matcher(name).find() && !PUBLIC.matcher(name).find()) {
        warn(
            Rule.SECRETS_USED_IN_ARG_OR_ENV,
            at.spot(name),
            "Do not use ARG or ENV instructions for sensitive data ("
                + at.keyword()
                + " \""
                + name
                + "\")");
      }
    }

    private void expose(At at, String port) {
      int slash = port.indexOf('/');
      String protocol = slash < 0 ? "" : port.substring(slash + 1);
      if (protocol.indexOf('$') < 0 && !isLower(protocol)) {
        warn(
            Rule.EXPOSE_PROTO_CASING,
            at.spot(port),
            "Defined protocol '" + port + "' in EXPOSE instruction should be lowercase");
      }
      if (port.indexOf('$') < 0 && port.indexOf(':') >= 0) {
        warn(
            Rule.EXPOSE_INVALID_FORMAT,
            at.spot(port),
            "EXPOSE instruction should not define an IP address or host-port mapping, found '"
                + port
                + "'");
      }
    }
  }
}
