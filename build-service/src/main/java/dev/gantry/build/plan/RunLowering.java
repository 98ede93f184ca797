package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.Command;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.dockerfile.WordExpander;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lowers RUN. */
final class RunLowering {
  private static final String SCRIPTS = "/dev/pipes/";

  private final StageGraph graph;
  private final int stage;
  private final StageScope scope;
  private Map<String, String> lastVariables = Map.of();
  private Map<String, String> lastEnv = Map.of();

  RunLowering(StageGraph graph, int stage, StageScope scope) {
    this.graph = graph;
    this.stage = stage;
    this.scope = scope;
  }

  Lowered lower(Instruction.Run run, WordExpander words) {
    if (run.flags().network() == Instruction.Network.HOST && !graph.options().hostNetwork()) {
      throw DockerfileException.unsupported(
              run.at(), run.at().spot("--network"), "RUN --network=host is not permitted")
          .hint("whoever runs the service may permit it; leave the flag out");
    }
    List<RunMount> mounts = mounts(run, words);
    List<String> argv = argv(run.command(), scope.settings());
    Operation.Script script =
        run.command() instanceof Command.Script(String name, String content)
            ? new Operation.Script(SCRIPTS + name, content)
            : null;
    Map<String, String> variables = scope.variables();
    String workdir = scope.settings().workdir();
    Operation.Environment environment =
        new Operation.Environment(
            env(variables), variables, workdir.isEmpty() ? "/" : workdir, scope.settings().user());
    String canonical =
        "RUN "
            + (mounts.isEmpty() ? "" : mounts + " ")
            + (run.flags().network() == Instruction.Network.DEFAULT
                ? ""
                : "network=" + run.flags().network() + " ")
            + argv
            + (script == null ? "" : " " + script.content());
    return new Lowered(
        canonical, new Operation.Run(argv, script, environment, mounts, run.flags().network()));
  }

  /** The variables, and below them the proxy settings of the request. */
  private Map<String, String> env(Map<String, String> variables) {
    if (!variables.equals(lastVariables)) {
      Map<String, String> env =
          new LinkedHashMap<>(PlatformArgs.proxies(graph.options().buildArgs()));
      env.putAll(variables);
      lastVariables = variables;
      lastEnv = env;
    }
    return lastEnv;
  }

  private List<RunMount> mounts(Instruction.Run run, WordExpander words) {
    List<RunMount> mounts = new ArrayList<>();
    Set<String> targets = new HashSet<>();
    int sockets = 0;
    for (String text : run.flags().mounts()) {
      MountFlag flag = MountFlag.parse(text, run.at());
      RunMount mount =
          new MountLowering(flag, scope.settings().workdir(), sockets)
              .lower(words, scope, StageLinks.source(graph.dockerfile(), stage, flag));
      sockets += mount instanceof RunMount.Ssh ? 1 : 0;
      if (mount.target() != null && !targets.add(mount.target())) {
        throw DockerfileException.syntax(
            run.at(), run.at().spot("--mount"), "duplicate mount target " + mount.target());
      }
      mounts.add(mount);
    }
    return mounts;
  }

  /** The argument vector of a command, that of the shell form under the stage's shell. */
  static List<String> argv(Command command, Settings settings) {
    return switch (command) {
      case Command.Exec exec -> exec.argv();
      case Command.Shell shell -> shell(settings, shell.line());
      case Command.Script script -> shell(settings, SCRIPTS + script.name());
    };
  }

  private static List<String> shell(Settings settings, String line) {
    List<String> argv = new ArrayList<>(settings.shellOrDefault());
    argv.add(line);
    return List.copyOf(argv);
  }
}
