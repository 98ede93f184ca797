package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.Command;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.dockerfile.NameValue;
import dev.gantry.build.dockerfile.WordExpander;
import dev.gantry.oci.image.ImageHealthcheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lowers the instructions of one stage, in order, changing its settings on the way. */
final class StageLowering {
  private final StageGraph graph;
  private final int stage;
  private final StageScope scope;
  private final Settings settings;
  private final RunLowering runs;
  private final Map<String, String> platform;
  private boolean commandSet;

  StageLowering(StageGraph graph, int stage, StageScope scope) {
    this.graph = graph;
    this.stage = stage;
    this.scope = scope;
    this.settings = scope.settings();
    this.runs = new RunLowering(graph, stage, scope);
    this.platform =
        PlatformArgs.of(
            graph.options(), GraphResolver.targetName(graph.dockerfile(), graph.options()));
  }

  PlannedStep lower(Instruction instruction, int number) {
    scope.at(instruction.at());
    WordExpander words = new WordExpander(graph.dockerfile().escape(), instruction.at());
    Lowered lowered =
        switch (instruction) {
          case Instruction.From from -> throw new IllegalStateException(from.at().text());
          case Instruction.Run run -> runs.lower(run, words);
          case Instruction.Copy copy ->
              new PlacementLowering(copy.at(), words, scope)
                  .copy(copy, StageLinks.source(graph.dockerfile(), stage, copy));
          case Instruction.Add add -> new PlacementLowering(add.at(), words, scope).add(add);
          case Instruction.Workdir workdir -> workdir(words.expand(workdir.path(), scope));
          case Instruction.Arg arg -> Lowered.configured("ARG " + args(arg, words));
          case Instruction.Env env -> env(env, words);
          case Instruction.Label label -> label(label, words);
          case Instruction.Cmd cmd -> command(cmd);
          case Instruction.Entrypoint entrypoint -> entrypoint(entrypoint);
          case Instruction.Shell shell -> shell(shell);
          case Instruction.User user -> user(words.expand(user.user(), scope));
          case Instruction.Expose expose -> expose(expose, words);
          case Instruction.Volume volume -> volume(volume, words);
          case Instruction.StopSignal signal -> stopSignal(signal, words);
          case Instruction.Healthcheck check -> healthcheck(check.probe());
          case Instruction.Onbuild onbuild -> onbuild(onbuild);
          case Instruction.Maintainer maintainer -> maintainer(maintainer);
        };
    return new PlannedStep(number, instruction.at(), lowered.canonical(), lowered.operation());
  }

  private Lowered workdir(String path) {
    String directory = PathText.workdir(settings.workdir(), path);
    settings.workdir(directory);
    String canonical = "WORKDIR " + directory;
    return directory.equals("/")
        ? Lowered.configured(canonical)
        : new Lowered(canonical, new Operation.MakeDirectory(directory, settings.user()));
  }

  /**
   * A build argument wins over the default, which wins over what stands before the first FROM,
   * which wins over what Docker defines. The default is not even looked at where it is not used.
   */
  private String args(Instruction.Arg arg, WordExpander words) {
    List<String> set = new ArrayList<>();
    for (NameValue pair : arg.pairs()) {
      String value = graph.options().buildArgs().get(pair.name());
      if (value == null && pair.value() != null) {
        value = words.expand(pair.value(), scope);
      }
      if (value == null) {
        value = graph.globals().get(pair.name());
      }
      if (value == null) {
        value = platform.get(pair.name());
      }
      scope.declare(pair.name());
      if (value != null) {
        scope.set(pair.name(), value, arg.at());
      }
      set.add(value == null ? pair.name() : pair.name() + "=" + value);
    }
    return String.join(" ", set);
  }

  private Lowered env(Instruction.Env env, WordExpander words) {
    Map<String, String> values = expanded(env.pairs(), words);
    values.forEach((name, value) -> scope.set(name, value, env.at()));
    settings.env().putAll(values);
    return Lowered.configured("ENV " + values);
  }

  private Lowered label(Instruction.Label label, WordExpander words) {
    Map<String, String> values = expanded(label.pairs(), words);
    settings.labels().putAll(values);
    return Lowered.configured("LABEL " + values);
  }

  /** All values see the variables as they were before the instruction, as with Docker. */
  private Map<String, String> expanded(List<NameValue> pairs, WordExpander words) {
    Map<String, String> values = new LinkedHashMap<>();
    for (NameValue pair : pairs) {
      String value = pair.value() == null ? "" : pair.value();
      values.put(words.expand(pair.name(), scope), words.expand(value, scope));
    }
    return values;
  }

  private Lowered command(Instruction.Cmd cmd) {
    List<String> argv = RunLowering.argv(cmd.command(), settings);
    settings.command(argv);
    commandSet = true;
    return Lowered.configured("CMD " + argv);
  }

  /** An ENTRYPOINT makes a CMD that came with the base meaningless. */
  private Lowered entrypoint(Instruction.Entrypoint entrypoint) {
    List<String> argv = RunLowering.argv(entrypoint.command(), settings);
    settings.entrypoint(argv.isEmpty() ? null : argv);
    if (!commandSet) {
      settings.command(null);
    }
    return Lowered.configured("ENTRYPOINT " + argv);
  }

  private Lowered shell(Instruction.Shell shell) {
    settings.shell(shell.argv());
    return Lowered.configured("SHELL " + shell.argv());
  }

  private Lowered user(String user) {
    settings.user(user);
    return Lowered.configured("USER " + user);
  }

  private Lowered expose(Instruction.Expose expose, WordExpander words) {
    List<String> ports = new ArrayList<>();
    for (String port : expose.ports()) {
      for (String word : words.expandWords(port, scope)) {
        ports.addAll(ExposedPort.parse(word, expose.at()));
      }
    }
    settings.exposedPorts().addAll(ports);
    return Lowered.configured("EXPOSE " + ports);
  }

  private Lowered volume(Instruction.Volume volume, WordExpander words) {
    List<String> paths = volume.paths().stream().map(path -> words.expand(path, scope)).toList();
    if (paths.contains("")) {
      throw DockerfileException.syntax(volume.at(), "VOLUME specified can not be an empty string");
    }
    settings.volumes().addAll(paths);
    return Lowered.configured("VOLUME " + paths);
  }

  private Lowered stopSignal(Instruction.StopSignal instruction, WordExpander words) {
    String signal = words.expand(instruction.signal(), scope);
    if (!StopSignals.isSignal(signal)) {
      throw DockerfileException.syntax(
              instruction.at(),
              instruction.at().spot(instruction.signal()),
              "invalid signal: " + signal)
          .hint("it is a number, or a name such as SIGTERM, QUIT or SIGRTMIN+3");
    }
    settings.stopSignal(signal);
    return Lowered.configured("STOPSIGNAL " + signal);
  }

  private Lowered healthcheck(Instruction.@Nullable Probe probe) {
    ImageHealthcheck check =
        probe == null
            ? new ImageHealthcheck(List.of("NONE"), 0, 0, 0, 0, 0)
            : new ImageHealthcheck(
                test(probe.command()),
                nanos(probe.interval()),
                nanos(probe.timeout()),
                nanos(probe.startPeriod()),
                nanos(probe.startInterval()),
                probe.retries() == null ? 0 : probe.retries());
    settings.healthcheck(check);
    return Lowered.configured("HEALTHCHECK " + check);
  }

  private static List<String> test(Command command) {
    return switch (command) {
      case Command.Shell shell -> List.of("CMD-SHELL", shell.line());
      case Command.Script script -> List.of("CMD-SHELL", script.content());
      case Command.Exec exec -> {
        List<String> test = new ArrayList<>(List.of("CMD"));
        test.addAll(exec.argv());
        yield test;
      }
    };
  }

  private static long nanos(@Nullable Duration duration) {
    return duration == null ? 0 : duration.toNanos();
  }

  private Lowered onbuild(Instruction.Onbuild onbuild) {
    settings.triggers().add(onbuild.trigger());
    return Lowered.configured("ONBUILD " + onbuild.trigger());
  }

  private Lowered maintainer(Instruction.Maintainer maintainer) {
    settings.author(maintainer.author());
    return Lowered.configured("MAINTAINER " + maintainer.author());
  }
}
