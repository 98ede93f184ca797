package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code gantry run} that describe the container, spelt as docker spells them. */
final class RunFlags {
  @Option(
      names = {"-p", "--publish"},
      paramLabel = "[[IP:]PORT:]PORT[/PROTO]",
      description = "Publish a port of the container; without a host port, a free one.")
  private List<String> publish = new ArrayList<>();

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME[=VALUE]",
      description = "Set a variable; without a value, as it is set here.")
  private List<String> env = new ArrayList<>();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "BYTES",
      description = "Memory limit: 64m, 1g, …")
  private @Nullable String memory;

  @Option(names = "--cpus", description = "CPU limit: 0.5, 2, …")
  private @Nullable Double cpus;

  @Option(names = "--pids-limit", description = "Most processes at a time.")
  private @Nullable Integer pids;

  @Option(names = "--name", description = "A name, unique among the containers that exist.")
  private @Nullable String name;

  @Option(
      names = {"-h", "--hostname"},
      description = "Host name in the container.")
  private @Nullable String hostname;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER[:GROUP]",
      description = "User (name or id) of the process.")
  private @Nullable String user;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "PATH",
      description = "Working directory of the process.")
  private @Nullable String workdir;

  @Option(names = "--entrypoint", description = "Replaces the image's ENTRYPOINT and CMD.")
  private @Nullable String entrypoint;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME[=VALUE]",
      description = "Add a label.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--network",
      paramLabel = "default|none",
      description = "The network (default: default).")
  private @Nullable String network;

  @Option(names = "--read-only", description = "Make the root file system read-only.")
  private boolean readOnly;

  @Option(names = "--stop-signal", description = "Signal that stop sends (default: the image's).")
  private @Nullable String stopSignal;

  @Option(names = "--stop-timeout", paramLabel = "SECONDS", description = "Grace before SIGKILL.")
  private @Nullable Integer stopTimeout;

  @Option(names = "--rm", description = "Remove the container when it exits.")
  private boolean remove;

  /** The request's data, as the run-service takes it. */
  ObjectNode toSpec(String image, List<String> command, Map<String, String> environment) {
    ObjectNode spec = Json.MAPPER.createObjectNode().put("image", image);
    text(spec, "name", name);
    strings(spec, "command", command);
    if (entrypoint != null) {
      strings(spec, "entrypoint", List.of(entrypoint));
    }
    pairs(spec, "env", env, environment);
    text(spec, "workdir", workdir);
    text(spec, "user", user);
    text(spec, "hostname", hostname);
    pairs(spec, "labels", labels, Map.of());
    resources(spec);
    strings(spec, "publish", publish);
    text(spec, "network", network);
    if (readOnly) {
      spec.put("readOnlyRootfs", true);
    }
    text(spec, "stopSignal", stopSignal);
    if (stopTimeout != null) {
      spec.put("stopGraceSeconds", stopTimeout);
    }
    if (remove) {
      spec.put("removeOnExit", true);
    }
    return spec;
  }

  private void resources(ObjectNode spec) {
    if (memory != null || cpus != null || pids != null) {
      ObjectNode resources = spec.putObject("resources");
      text(resources, "memory", memory);
      if (cpus != null) {
        resources.put("cpus", cpus);
      }
      if (pids != null) {
        resources.put("pids", pids);
      }
    }
  }

  private static void text(ObjectNode object, String field, @Nullable String value) {
    if (value != null) {
      object.put(field, value);
    }
  }

  private static void strings(ObjectNode object, String field, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = object.putArray(field);
      values.forEach(array::add);
    }
  }

  /** A name without a value takes it from {@code known}, and is left out when it is not there. */
  private static void pairs(
      ObjectNode object, String field, List<String> pairs, Map<String, String> known) {
    if (pairs.isEmpty()) {
      return;
    }
    ObjectNode map = object.putObject(field);
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? known.get(key) : pair.substring(equals + 1);
      if (value == null && field.equals("labels")) {
        value = "";
      }
      if (value != null) {
        map.put(key, value);
      }
    }
  }
}
