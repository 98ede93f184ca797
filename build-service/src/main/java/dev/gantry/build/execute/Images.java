package dev.gantry.build.execute;

import dev.gantry.build.plan.Settings;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.image.ContainerConfig;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.RegistryException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks images up in the platform's registry. Nothing else is ever asked for an image. */
public final class Images {
  private static final int KNOWN_MAX = 200;

  private final RegistryClient registry;
  private final String registryName;
  private final Platform platform;
  private final Map<String, BaseImage> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, BaseImage> eldest) {
          return size() > KNOWN_MAX;
        }
      };

  /** Images of the registry that references call {@code registryName}, for a platform. */
  public Images(RegistryClient registry, String registryName, Platform platform) {
    this.registry = registry;
    this.registryName = registryName;
    this.platform = platform;
  }

  BaseImage find(String text) throws BuildFailedException {
    Reference reference = parse(text);
    try {
      return find(text, reference);
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

  /** What a name stands for is asked every time; what a digest stands for stays. */
  private BaseImage find(String text, Reference reference) throws IOException {
    String repository = reference.repository();
    Optional<Descriptor> found = registry.findManifest(repository, reference.manifestReference());
    String pinned =
        found.map(each -> each.digest().toString()).orElse(reference.manifestReference());
    String name = text + " " + repository + "@" + pinned;
    synchronized (known) {
      BaseImage image = known.get(name);
      if (image != null) {
        return image;
      }
    }
    BaseImage image = BaseImage.of(text, repository, registry.image(repository, pinned, platform));
    synchronized (known) {
      known.put(name, image);
    }
    return image;
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

  /** Where a name is pushed to in the platform's registry. */
  Reference target(String name) throws BuildFailedException {
    return parse(name);
  }

  /** Whether a tag is of another registry than the platform's. */
  boolean isElsewhere(String tag) {
    return Reference.parse(tag).registry().filter(name -> !isOurs(name)).isPresent();
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
