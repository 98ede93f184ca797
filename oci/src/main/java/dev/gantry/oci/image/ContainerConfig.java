package dev.gantry.oci.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a container of an image runs when nobody says otherwise: the {@code config} object of the
 * image config (image-spec, config.md). Empty stands for absent.
 *
 * @param env {@code NAME=value}, in order
 * @param exposedPorts {@code port[/protocol]}
 * @param shell Docker's extension: what runs the shell form of instructions
 * @param onBuild Docker's extension: instructions for images built from this one
 * @param healthcheck Docker's extension; an edit without one leaves it as it is
 */
public record ContainerConfig(
    String user,
    List<String> env,
    List<String> entrypoint,
    List<String> cmd,
    String workingDir,
    Map<String, String> labels,
    List<String> exposedPorts,
    List<String> volumes,
    String stopSignal,
    List<String> shell,
    List<String> onBuild,
    Optional<ImageHealthcheck> healthcheck) {
  /** Nothing said. */
  public static final ContainerConfig EMPTY =
      new ContainerConfig(
          "",
          List.of(),
          List.of(),
          List.of(),
          "",
          Map.of(),
          List.of(),
          List.of(),
          "",
          List.of(),
          List.of(),
          Optional.empty());

  /** Copies its collections. */
  public ContainerConfig {
    env = List.copyOf(env);
    entrypoint = List.copyOf(entrypoint);
    cmd = List.copyOf(cmd);
    labels = Map.copyOf(labels);
    exposedPorts = List.copyOf(exposedPorts);
    volumes = List.copyOf(volumes);
    shell = List.copyOf(shell);
    onBuild = List.copyOf(onBuild);
  }

  static ContainerConfig read(JsonDocument json) throws InvalidImageException {
    return new ContainerConfig(
        json.text("User").orElse(""),
        json.texts("Env"),
        json.texts("Entrypoint"),
        json.texts("Cmd"),
        json.text("WorkingDir").orElse(""),
        json.textMap("Labels"),
        json.names("ExposedPorts"),
        json.names("Volumes"),
        json.text("StopSignal").orElse(""),
        json.texts("Shell"),
        json.texts("OnBuild"),
        healthcheck(json));
  }

  private static Optional<ImageHealthcheck> healthcheck(JsonDocument json)
      throws InvalidImageException {
    Optional<JsonDocument> check = json.child("Healthcheck");
    return check.isPresent() ? Optional.of(ImageHealthcheck.read(check.get())) : Optional.empty();
  }
}
