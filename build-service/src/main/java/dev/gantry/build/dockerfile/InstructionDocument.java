package dev.gantry.build.dockerfile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One instruction as JSON: what all have, then what is its own. */
final class InstructionDocument {
  private InstructionDocument() {}

  static ObjectNode of(Instruction instruction) {
    At at = instruction.at();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("instruction", at.keyword());
    json.put("line", at.line());
    json.put("lineEnd", at.lineEnd());
    json.put("column", at.column());
    json.put("text", at.text());
    switch (instruction) {
      case Instruction.From from -> json.put("image", from.image()).put("name", from.name());
      case Instruction.Arg arg -> json.set("pairs", DockerfileDocument.pairs(arg.pairs()));
      case Instruction.Env env -> json.set("pairs", DockerfileDocument.pairs(env.pairs()));
      case Instruction.Label label -> json.set("pairs", DockerfileDocument.pairs(label.pairs()));
      case Instruction.Run run -> run(json, run);
      case Instruction.Cmd cmd -> json.set("command", DockerfileDocument.command(cmd.command()));
      case Instruction.Entrypoint entrypoint ->
          json.set("command", DockerfileDocument.command(entrypoint.command()));
      case Instruction.Shell shell -> json.set("argv", DockerfileDocument.texts(shell.argv()));
      case Instruction.Copy copy -> copy(json, copy);
      case Instruction.Add add -> add(json, add);
      case Instruction.Workdir workdir -> json.put("path", workdir.path());
      case Instruction.User user -> json.put("user", user.user());
      case Instruction.Expose expose -> json.set("ports", DockerfileDocument.texts(expose.ports()));
      case Instruction.Volume volume -> json.set("paths", DockerfileDocument.texts(volume.paths()));
      case Instruction.StopSignal signal -> json.put("signal", signal.signal());
      case Instruction.Healthcheck check -> probe(json, check.probe());
      case Instruction.Onbuild onbuild -> json.put("trigger", onbuild.trigger());
      case Instruction.Maintainer maintainer -> json.put("author", maintainer.author());
    }
    return json;
  }

  private static void run(ObjectNode json, Instruction.Run run) {
    json.set("command", DockerfileDocument.command(run.command()));
    json.set("mounts", DockerfileDocument.texts(run.flags().mounts()));
    json.put("network", run.flags().network().name().toLowerCase(Locale.ROOT));
  }

  private static void copy(ObjectNode json, Instruction.Copy copy) {
    files(json, copy.sources(), copy.destination(), copy.heredocs());
    json.put("from", copy.flags().from());
    json.put("parents", copy.flags().parents());
    placement(json, copy.flags().placement());
  }

  private static void add(ObjectNode json, Instruction.Add add) {
    files(json, add.sources(), add.destination(), add.heredocs());
    json.put("checksum", add.flags().checksum());
    json.put("keepGitDir", add.flags().keepGitDir());
    json.put("unpack", add.flags().unpack());
    placement(json, add.flags().placement());
  }

  private static void files(
      ObjectNode json, List<String> sources, String destination, List<Heredoc> heredocs) {
    json.set("sources", DockerfileDocument.texts(sources));
    json.put("destination", destination);
    json.set("heredocs", DockerfileDocument.heredocs(heredocs));
  }

  private static void placement(ObjectNode json, Instruction.PlacementFlags flags) {
    json.put("chown", flags.chown());
    json.put("chmod", flags.chmod());
    json.put("link", flags.link());
    json.set("excludes", DockerfileDocument.texts(flags.excludes()));
  }

  private static void probe(ObjectNode json, Instruction.@Nullable Probe probe) {
    json.put("none", probe == null);
    if (probe == null) {
      return;
    }
    json.set("command", DockerfileDocument.command(probe.command()));
    json.put("intervalMillis", millis(probe.interval()));
    json.put("timeoutMillis", millis(probe.timeout()));
    json.put("startPeriodMillis", millis(probe.startPeriod()));
    json.put("startIntervalMillis", millis(probe.startInterval()));
    json.put("retries", probe.retries());
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }
}
