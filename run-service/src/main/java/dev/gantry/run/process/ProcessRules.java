package dev.gantry.run.process;

import dev.gantry.events.EntityId;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunSpec;
import dev.gantry.isolation.sandbox.ProcessDraft;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.oci.image.ContainerConfig;
import dev.gantry.run.permission.Permissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Merges what an image says of its process with what a request says, by Docker's rules: another
 * entrypoint drops the image's CMD, environment is merged by name, everything else is the request's
 * where it says something.
 */
public final class ProcessRules {
  static final String PATH_DEFAULT = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private ProcessRules() {}

  /**
   * The process of a run, or which field of its request is missing or wrong, or asks for what this
   * host does not have or permit.
   */
  public static Parsed<SandboxSpec.Process> merge(
      ContainerConfig image, RunSpec spec, EntityId id, Permissions permissions) {
    List<String> argv = argv(image, spec);
    if (argv.isEmpty() || argv.getFirst().isEmpty()) {
      return new Parsed.Invalid<>(
          "command",
          ReasonCode.MISSING_FIELD,
          "neither the request nor the image " + spec.image() + " says what to execute");
    }
    String hostname = Objects.requireNonNullElse(spec.networking().hostname(), id.abbreviated());
    try {
      ProcessDraft draft =
          SandboxSpec.Process.draft(argv, hostname)
              .env(env(image.env(), spec.process().env(), hostname))
              .workdir(workdir(image, spec))
              .user(Objects.requireNonNullElse(spec.process().user(), image.user()))
              .groups(spec.process().groups())
              .terminal(spec.process().tty())
              .stdin(spec.process().stdin());
      return Confinement.of(spec, permissions).applyTo(draft);
    } catch (IllegalArgumentException e) {
      return new Parsed.Invalid<>(
          "image", ReasonCode.IMAGE_INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static List<String> argv(ContainerConfig image, RunSpec spec) {
    List<String> asked = spec.process().entrypoint();
    // As docker's --entrypoint "": no entrypoint at all.
    boolean none = asked != null && (asked.isEmpty() || asked.equals(List.of("")));
    List<String> entrypoint =
        none ? List.of() : Objects.requireNonNullElse(asked, image.entrypoint());
    List<String> command = spec.process().command();
    List<String> argv = new ArrayList<>(entrypoint);
    if (command != null) {
      argv.addAll(command);
    } else if (asked == null) {
      argv.addAll(image.cmd());
    }
    return argv;
  }

  private static List<String> env(List<String> image, Map<String, String> asked, String hostname) {
    Map<String, String> merged = new LinkedHashMap<>();
    merged.put("PATH", PATH_DEFAULT);
    merged.put("HOSTNAME", hostname);
    for (String variable : image) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        merged.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    merged.putAll(asked);
    return merged.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  private static String workdir(ContainerConfig image, RunSpec spec) {
    String workdir = Objects.requireNonNullElse(spec.process().workdir(), image.workingDir());
    return workdir.startsWith("/") ? workdir : "/" + workdir;
  }
}
