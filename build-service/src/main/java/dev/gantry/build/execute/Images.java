package dev.gantry.build.execute;

import dev.gantry.build.plan.Settings;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.image.ContainerConfig;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.RegistryException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks images up in the platform's registry. Nothing else is ever asked for an image. */
public final class Images {
  private final RegistryClient registry;
  private final String registryName;
  private final Platform platform;

  /** Images of the registry that references call {@code registryName}, for a platform. */
  public Images(RegistryClient registry, String registryName, Platform platform) {
    this.registry = registry;
    this.registryName = registryName;
    this.platform = platform;
  }

  BaseImage find(String text) throws BuildFailedException {
    Reference reference = parse(text);
    try {
      return BaseImage.of(
          reference.repository(),
          registry.image(reference.repository(), reference.manifestReference(), platform));
    } catch (RegistryException e) {
      if (e.isNotFound()) {
        throw BuildFailedException.because(
            ReasonCode.IMAGE_NOT_FOUND, "image " + text + " is not in the registry");
      }
      throw BuildFailedException.because(
          ReasonCode.PULL_FAILED, "image " + text + ": " + e.getMessage());
    } catch (IOException e) {
      throw BuildFailedException.because(
          ReasonCode.PULL_FAILED, "image " + text + " cannot be pulled: " + e.getMessage());
    }
  }

  private Reference parse(String text) throws BuildFailedException {
    Reference reference;
    try {
      reference = Reference.parse(text);
    } catch (IllegalArgumentException e) {
      throw BuildFailedException.because(
          ReasonCode.DOCKERFILE_INVALID, "invalid image name " + text);
    }
    if (!reference.registry().map(this::isOurs).orElse(true)) {
      throw BuildFailedException.because(
          ReasonCode.IMAGE_NOT_FOUND,
          "image "
              + text
              + " is not in the registry "
              + registryName
              + ", the only one in use here");
    }
    return reference;
  }

  /** Where a tag is pushed to; only the platform's registry is. */
  public Reference target(String tag) throws BuildFailedException {
    return parse(tag);
  }

  private boolean isOurs(String registry) {
    return registry.equals(registryName)
        || registry.replace("localhost", "127.0.0.1").equals(registryName);
  }

  static Settings settings(ContainerConfig config) {
    Settings settings = new Settings();
    for (String pair : config.env()) {
      int equals = pair.indexOf('=');
      settings
          .env()
          .put(
              equals < 0 ? pair : pair.substring(0, equals),
              equals < 0 ? "" : pair.substring(equals + 1));
    }
    settings.labels().putAll(config.labels());
    settings.exposedPorts().addAll(config.exposedPorts());
    settings.volumes().addAll(config.volumes());
    settings.command(nullIfEmpty(config.cmd()));
    settings.entrypoint(nullIfEmpty(config.entrypoint()));
    settings.shell(nullIfEmpty(config.shell()));
    settings.stopSignal(config.stopSignal().isEmpty() ? null : config.stopSignal());
    settings.workdir(config.workingDir());
    settings.user(config.user());
    settings.triggers().addAll(config.onBuild());
    settings.healthcheck(config.healthcheck().orElse(null));
    return settings;
  }

  private static @Nullable List<String> nullIfEmpty(List<String> list) {
    return list.isEmpty() ? null : list;
  }
}
