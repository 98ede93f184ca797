package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.At;
import dev.gantry.build.dockerfile.Command;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.Heredoc;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.dockerfile.NameValue;
import dev.gantry.build.dockerfile.Variables;
import dev.gantry.build.dockerfile.WordExpander;
import dev.gantry.build.tree.ModeChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lowers the instructions of one stage, in order, changing its settings on the way. */
final class StageLowering {
  private static final String SCRIPTS = "/dev/pipes/";
  private static final Pattern SIGNAL =
      Pattern.compile("(SIG)?[A-Z][A-Z0-9]*([+-]\\d+)?|[1-9]\\d?");

  private final StageGraph graph;
  private final int stage;
  private final Settings settings;
  private final Map<String, @Nullable String> args = new LinkedHashMap<>();
  private final Map<String, String> platform;
  private boolean commandSet;

  StageLowering(StageGraph graph, int stage, Settings settings) {
    this.graph = graph;
    this.stage = stage;
    this.settings = settings;
    int target = graph.needed().getLast();
    this.platform =
        PlatformArgs.of(graph.options(), graph.dockerfile().stages().get(target).label());
  }

  Set<String> declaredArgs() {
    return args.keySet();
  }

  PlannedStep lower(Instruction instruction, int number) {
    WordExpander words = new WordExpander(graph.dockerfile().escape(), instruction.at());
    Lowered lowered =
        switch (instruction) {
          case Instruction.From from -> throw new IllegalStateException(from.at().text());
          case Instruction.Run run -> run(run);
          case Instruction.Copy copy -> copy(copy, words);
          case Instruction.Add add ->
              throw DockerfileException.unsupported(
                  add.at(), add.at().spot(), "ADD is not supported");
          case Instruction.Healthcheck check ->
              throw DockerfileException.unsupported(
                  check.at(), check.at().spot(), "HEALTHCHECK is not supported");
          case Instruction.Onbuild trigger ->
              throw DockerfileException.unsupported(
                  trigger.at(), trigger.at().spot(), "ONBUILD is not supported");
          case Instruction.Workdir workdir -> workdir(words.expand(workdir.path(), vars()));
          case Instruction.Arg arg -> configured("ARG " + args(arg, words));
          case Instruction.Env env -> configured("ENV " + put(env.pairs(), settings.env(), words));
          case Instruction.Label label ->
              configured("LABEL " + put(label.pairs(), settings.labels(), words));
          case Instruction.Cmd cmd -> command(cmd);
          case Instruction.Entrypoint entrypoint -> entrypoint(entrypoint);
          case Instruction.Shell shell -> shell(shell);
          case Instruction.User user -> user(words.expand(user.user(), vars()));
          case Instruction.Expose expose -> expose(expose, words);
          case Instruction.Volume volume -> volume(volume, words);
          case Instruction.StopSignal signal -> stopSignal(signal, words);
          case Instruction.Maintainer maintainer -> maintainer(maintainer);
        };
    return new PlannedStep(number, instruction.at(), lowered.canonical(), lowered.operation());
  }

  private record Lowered(String canonical, Operation operation) {}

  private static Lowered configured(String canonical) {
    return new Lowered(canonical, new Operation.Configure());
  }

  /** ENV wins over ARG of the same name. */
  private Variables vars() {
    return name -> {
      String value = settings.env().get(name);
      return value == null ? args.get(name) : value;
    };
  }

  private Lowered run(Instruction.Run run) {
    if (!run.flags().mounts().isEmpty()) {
      throw DockerfileException.unsupported(
          run.at(), run.at().spot("--mount"), "RUN --mount is not supported");
    }
    List<String> argv = argv(run.command());
    Map<String, String> env = new LinkedHashMap<>();
    graph.options().buildArgs().entrySet().stream()
        .filter(arg -> PlatformArgs.isProxy(arg.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(arg -> env.put(arg.getKey(), arg.getValue()));
    Map<String, String> keyed = new TreeMap<>();
    args.forEach(
        (name, value) -> {
          if (value != null) {
            env.put(name, value);
            keyed.put(name, value);
          }
        });
    env.putAll(settings.env());
    keyed.putAll(settings.env());
    env.putIfAbsent("PATH", Settings.PATH_DEFAULT);
    String workdir = settings.workdir().isEmpty() ? "/" : settings.workdir();
    return new Lowered(
        "RUN " + argv,
        new Operation.Run(
            argv,
            run.command() instanceof Command.Script script
                ? new Operation.Script(SCRIPTS + script.name(), script.content())
                : null,
            new Operation.Environment(env, keyed, workdir, settings.user()),
            List.of(),
            run.flags().network()));
  }

  private List<String> argv(Command command) {
    return switch (command) {
      case Command.Exec exec -> exec.argv();
      case Command.Shell shell -> {
        List<String> argv = new ArrayList<>(settings.shellOrDefault());
        argv.add(shell.line());
        yield List.copyOf(argv);
      }
      case Command.Script script -> {
        List<String> argv = new ArrayList<>(settings.shellOrDefault());
        argv.add(SCRIPTS + script.name());
        yield List.copyOf(argv);
      }
    };
  }

  private Lowered copy(Instruction.Copy copy, WordExpander words) {
    List<String> names = copy.heredocs().stream().map(Heredoc::name).toList();
    List<Heredoc> inline =
        copy.heredocs().stream().map(heredoc -> expanded(heredoc, words)).toList();
    List<String> sources =
        copy.sources().stream()
            .filter(source -> names.isEmpty() || !source.contains("<<"))
            .map(source -> words.expand(source, vars()))
            .toList();
    String destination = settings.resolve(words.expand(copy.destination(), vars()));
    if (sources.size() + inline.size() > 1 && !destination.endsWith("/")) {
      throw DockerfileException.syntax(
          copy.at(),
          "when using COPY with more than one source file, the destination must be a directory and"
              + " end with a /");
    }
    Instruction.PlacementFlags flags = copy.flags().placement();
    String chown = expanded(flags.chown(), words);
    String chmod = expanded(flags.chmod(), words);
    ModeChange mode = mode(copy.at(), chmod);
    Origin from = StageGraph.source(graph.dockerfile(), stage, copy);
    List<String> excludes =
        flags.excludes().stream().map(each -> words.expand(each, vars())).toList();
    Operation.Placement placement =
        new Operation.Placement(destination, chown, mode, flags.link(), excludes);
    Operation.Copy operation =
        new Operation.Copy(from, sources, inline, copy.flags().parents(), placement);
    String how = (chown == null ? "" : " chown=" + chown) + (chmod == null ? "" : " mode=" + chmod);
    return new Lowered("COPY" + how + " " + sources + " " + destination, operation);
  }

  private Heredoc expanded(Heredoc heredoc, WordExpander words) {
    if (!heredoc.expand()) {
      return heredoc;
    }
    String content = words.expandBody(heredoc.content(), vars());
    return new Heredoc(heredoc.name(), content, true, heredoc.chomp(), heredoc.descriptor());
  }

  private @Nullable String expanded(@Nullable String value, WordExpander words) {
    return value == null ? null : words.expand(value, vars());
  }

  private static @Nullable ModeChange mode(At at, @Nullable String chmod) {
    if (chmod == null) {
      return null;
    }
    try {
      return ModeChange.parse(chmod);
    } catch (IllegalArgumentException e) {
      throw DockerfileException.syntax(
              at, at.spot("--chmod"), "invalid chmod parameter: '" + chmod + "'")
          .hint("it is octal up to 07777, or symbolic such as u=rwX,go-w");
    }
  }

  private Lowered workdir(String path) {
    String absolute = settings.resolve(path);
    settings.workdir(absolute);
    return new Lowered(
        "WORKDIR " + absolute, new Operation.MakeDirectory(absolute, settings.user()));
  }

  private String args(Instruction.Arg arg, WordExpander words) {
    List<String> set = new ArrayList<>();
    for (NameValue pair : arg.pairs()) {
      String value = graph.options().buildArgs().get(pair.name());
      if (value == null && pair.value() != null) {
        value = words.expand(pair.value(), vars());
      }
      if (value == null) {
        value = graph.globals().get(pair.name());
      }
      if (value == null) {
        value = platform.get(pair.name());
      }
      args.put(pair.name(), value);
      set.add(value == null ? pair.name() : pair.name() + "=" + value);
    }
    return String.join(" ", set);
  }

  /** All values see the variables as they were before the instruction, as with Docker. */
  private String put(List<NameValue> pairs, Map<String, String> into, WordExpander words) {
    Map<String, String> values = new LinkedHashMap<>();
    for (NameValue pair : pairs) {
      String value = pair.value() == null ? "" : pair.value();
      values.put(words.expand(pair.name(), vars()), words.expand(value, vars()));
    }
    into.putAll(values);
    return values.toString();
  }

  private Lowered command(Instruction.Cmd cmd) {
    List<String> argv = argv(cmd.command());
    settings.command(argv);
    commandSet = true;
    return configured("CMD " + argv);
  }

  /** An ENTRYPOINT makes a CMD that came with the base meaningless. */
  private Lowered entrypoint(Instruction.Entrypoint entrypoint) {
    List<String> argv = argv(entrypoint.command());
    settings.entrypoint(argv);
    if (!commandSet) {
      settings.command(null);
    }
    return configured("ENTRYPOINT " + argv);
  }

  private Lowered shell(Instruction.Shell shell) {
    settings.shell(shell.argv());
    return configured("SHELL " + shell.argv());
  }

  private Lowered user(String user) {
    settings.user(user);
    return configured("USER " + user);
  }

  private Lowered expose(Instruction.Expose expose, WordExpander words) {
    List<String> ports = new ArrayList<>();
    for (String port : expose.ports()) {
      for (String word : words.expandWords(port, vars())) {
        ports.addAll(ExposedPort.parse(word, expose.at()));
      }
    }
    settings.exposedPorts().addAll(ports);
    return configured("EXPOSE " + ports);
  }

  private Lowered volume(Instruction.Volume volume, WordExpander words) {
    List<String> paths = volume.paths().stream().map(path -> words.expand(path, vars())).toList();
    settings.volumes().addAll(paths);
    return configured("VOLUME " + paths);
  }

  private Lowered stopSignal(Instruction.StopSignal instruction, WordExpander words) {
    String signal = words.expand(instruction.signal(), vars());
    if (!SIGNAL.matcher(signal).matches()) {
      throw DockerfileException.syntax(
          instruction.at(),
          instruction.at().spot(instruction.signal()),
          "invalid signal: " + signal);
    }
    settings.stopSignal(signal);
    return configured("STOPSIGNAL " + signal);
  }

  private Lowered maintainer(Instruction.Maintainer maintainer) {
    settings.author(maintainer.author());
    return configured("MAINTAINER " + maintainer.author());
  }
}
