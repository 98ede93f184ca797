package dev.gantry.build.publish;

import dev.gantry.build.cache.CachedLayer;
import dev.gantry.build.plan.Settings;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.ContainerConfig;
import dev.gantry.oci.image.HistoryEntry;
import dev.gantry.oci.image.ImageConfig;
import dev.gantry.oci.image.ImageConfigEditor;
import dev.gantry.oci.image.ImageManifest;
import dev.gantry.oci.image.MediaTypes;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes config and manifest, and pushes an image: blobs first, what is there already not again.
 */
public final class ImagePublisher {
  /** Holds images that nobody gave a name, by digest. */
  public static final String UNTAGGED = "gantry/untagged";

  private final RegistryClient registry;
  private final Platform platform;
  private final Runnable check;

  /**
   * Publishes images for a platform.
   *
   * @param check called between pushes; what it throws ends the publishing
   */
  public ImagePublisher(RegistryClient registry, Platform platform, Runnable check) {
    this.registry = registry;
    this.platform = platform;
    this.check = check;
  }

  /**
   * An image in the registry.
   *
   * @param sizeBytes of manifest, config and layers as stored
   */
  public record Published(String digest, long sizeBytes) {}

  /**
   * Publishes an image under every target, or by its digest alone where there is none. The same
   * content makes the same image; publishing it again changes nothing.
   */
  public Published publish(ImageContent content, List<Reference> targets) throws IOException {
    List<CachedLayer> layers = layers(content);
    ImageConfig config = config(content);
    Descriptor configBlob = Descriptor.of(MediaTypes.OCI_CONFIG, config.bytes());
    ImageManifest manifest =
        ImageManifest.of(
            configBlob, layers.stream().map(CachedLayer::blob).toList(), content.annotations());
    Descriptor described = Descriptor.of(manifest.mediaType(), manifest.bytes());
    for (Map.Entry<String, List<String>> target : repositories(targets, described).entrySet()) {
      if (isThere(target.getKey(), target.getValue(), described.digest())) {
        continue;
      }
      for (CachedLayer layer : layers) {
        carry(target.getKey(), layer);
      }
      registry.pushBlob(
          target.getKey(), configBlob, () -> new ByteArrayInputStream(config.bytes()));
      for (String reference : target.getValue()) {
        registry.pushManifest(target.getKey(), reference, manifest);
      }
    }
    long size = described.size() + configBlob.size();
    for (CachedLayer layer : layers) {
      size += layer.blob().size();
    }
    return new Published(described.digest().toString(), size);
  }

  private static Map<String, List<String>> repositories(
      List<Reference> targets, Descriptor manifest) {
    Map<String, List<String>> repositories = new LinkedHashMap<>();
    for (Reference target : targets) {
      repositories
          .computeIfAbsent(target.repository(), name -> new ArrayList<>())
          .add(target.tag().orElse(Reference.DEFAULT_TAG));
    }
    if (repositories.isEmpty()) {
      repositories.put(UNTAGGED, List.of(manifest.digest().toString()));
    }
    return repositories;
  }

  /** An image that every reference stands for already needs nothing: its blobs are there, too. */
  private boolean isThere(String repository, List<String> references, Digest digest)
      throws IOException {
    for (String reference : references) {
      if (registry
          .findManifest(repository, reference)
          .filter(found -> found.digest().equals(digest))
          .isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Sees to it that a repository has a layer. */
  public void carry(String repository, CachedLayer layer) throws IOException {
    check.run();
    ensure(repository, layer);
  }

  private void ensure(String repository, CachedLayer layer) throws IOException {
    if (repository.equals(layer.repository())
        || registry.hasBlob(repository, layer.blob().digest())
        || registry.mountBlob(repository, layer.blob().digest(), layer.repository())) {
      return;
    }
    registry.pushBlob(
        repository, layer.blob(), () -> registry.blob(layer.repository(), layer.blob()));
  }

  private static List<CachedLayer> layers(ImageContent content) {
    List<CachedLayer> layers = new ArrayList<>(content.baseLayers());
    content.steps().forEach(step -> step.layer().ifPresent(layers::add));
    return layers;
  }

  private ImageConfig config(ImageContent content) {
    ImageConfig base = content.base();
    ImageConfigEditor editor = base == null ? ImageConfig.create(platform) : base.edit();
    Instant created = base == null ? Instant.EPOCH : base.created().orElse(Instant.EPOCH);
    for (ImageContent.Step step : content.steps()) {
      HistoryEntry entry =
          new HistoryEntry(Optional.of(step.createdAt()), step.text(), "", step.layer().isEmpty());
      if (step.layer().isPresent()) {
        editor.layer(step.layer().get().diffId(), entry);
      } else {
        editor.history(entry);
      }
      created = step.createdAt().isAfter(created) ? step.createdAt() : created;
    }
    if (content.settings().author() != null) {
      editor.author(content.settings().author());
    }
    return editor.container(container(content.settings())).created(created).build();
  }

  private static ContainerConfig container(Settings settings) {
    return new ContainerConfig(
        settings.user(),
        settings.env().entrySet().stream().map(ImagePublisher::pair).toList(),
        orEmpty(settings.entrypoint()),
        orEmpty(settings.command()),
        settings.workdir(),
        settings.labels(),
        List.copyOf(settings.exposedPorts()),
        List.copyOf(settings.volumes()),
        settings.stopSignal() == null ? "" : settings.stopSignal(),
        orEmpty(settings.shell()),
        settings.triggers(),
        Optional.ofNullable(settings.healthcheck()));
  }

  private static String pair(Map.Entry<String, String> variable) {
    return variable.getKey() + "=" + variable.getValue();
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }
}
