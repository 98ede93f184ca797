package dev.gantry.run.pull;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.Signal;
import dev.gantry.linux.LinuxException;
import dev.gantry.oci.content.ContentStore;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.DigestMismatchException;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.layer.HostileArchiveException;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.RegistryException;
import dev.gantry.oci.registry.RegistrySettings;
import dev.gantry.oci.registry.ResolvedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The images on this host. A tag is looked up in its registry each time, since it may have moved;
 * everything that is named by a digest is fetched once. Thread-safe.
 */
public final class Images implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Images.class);
  private static final int REGISTRIES_MAX = 32;

  /** A registry that is away is asked for a quarter of a minute, a little less often each time. */
  private static final RegistrySettings PATIENCE =
      new RegistrySettings(
          Duration.ofSeconds(5), Duration.ofSeconds(30), 10, Duration.ofMillis(250));

  private final String defaultRegistry;
  private final Platform platform;
  private final ManifestCache manifests;
  private final LayerCache layers;
  private final Executor pool;
  private final Map<String, RegistryClient> registries = new ConcurrentHashMap<>();

  /**
   * The threads that images are fetched with, both bounded pools.
   *
   * @param waiting for those that mostly wait for registries
   * @param unpacking for those that mostly work
   */
  public record Threads(Executor waiting, Executor unpacking) {}

  private Images(
      String defaultRegistry,
      Platform platform,
      ManifestCache manifests,
      LayerCache layers,
      Executor pool) {
    this.defaultRegistry = defaultRegistry;
    this.platform = platform;
    this.manifests = manifests;
    this.layers = layers;
    this.pool = pool;
  }

  /**
   * Opens the images of a directory.
   *
   * @param defaultRegistry {@code host:port} of the registry for names without one
   */
  public static Images open(Path directory, String defaultRegistry, Threads threads)
      throws IOException {
    Platform platform = Platform.parse("linux/" + architecture());
    ContentStore store = ContentStore.open(directory.resolve("content"));
    return new Images(
        defaultRegistry,
        platform,
        new ManifestCache(store, platform),
        LayerCache.open(directory.resolve("layers"), threads.unpacking()),
        threads.waiting());
  }

  /**
   * Finds out what a name means in its registry. The future never fails; it completes on one of the
   * pools. Cancelled before its turn has come, it asks nobody.
   *
   * @param name as a request names it
   */
  public CompletableFuture<Located> lookUp(String name) {
    return CompletableFuture.supplyAsync(() -> lookUpNow(name), pool);
  }

  /**
   * Sees to it that an image is here. The future never fails; it completes on one of the pools.
   *
   * @param name as a request names it
   * @param digest what the name has been found to mean
   */
  public CompletableFuture<Fetched> fetch(String name, String digest, PullListener listener) {
    return CompletableFuture.supplyAsync(() -> fetchNow(name, digest, listener), pool);
  }

  /** The signal that an image which is here wants to be stopped by; null when it names none. */
  public @Nullable Signal stopSignal(String digest) {
    try {
      return manifests
          .find(Digest.parse(digest), "", null)
          .map(image -> new PulledImage(digest, image.config().container(), List.of()).stopSignal())
          .orElse(null);
    } catch (IOException e) {
      LOG.warnf("the config of %s cannot be read: %s", digest, e.getMessage());
      return null;
    }
  }

  /** Pays for the first use of the default registry before a run waits for it. */
  public void warmUp() {
    try {
      var _ = registry(defaultRegistry).findManifest("gantry/warm-up", "latest");
    } catch (IOException e) {
      LOG.debugf("the registry is not there yet: %s", e.getMessage());
    }
  }

  @Override
  public void close() {
    registries.values().forEach(RegistryClient::close);
  }

  private Located lookUpNow(String name) {
    try {
      Reference reference = Reference.parse(name).withDefaultRegistry(defaultRegistry);
      Optional<Digest> digest =
          reference.digest().isPresent() ? reference.digest() : ask(reference);
      return digest.isPresent()
          ? new Located.At(digest.get().toString())
          : new Located.Nowhere(missing(reference));
    } catch (IOException | RuntimeException e) {
      return new Located.Nowhere(failed(name, e));
    }
  }

  private Optional<Digest> ask(Reference reference) throws IOException {
    return registry(reference)
        .findManifest(reference.repository(), reference.manifestReference())
        .map(Descriptor::digest);
  }

  private Fetched fetchNow(String name, String known, PullListener listener) {
    try {
      Reference reference = Reference.parse(name).withDefaultRegistry(defaultRegistry);
      RegistryClient registry = registry(reference);
      Digest digest = Digest.parse(known);
      Optional<ResolvedImage> image = manifests.find(digest, reference.repository(), registry);
      return image.isEmpty()
          ? missing(reference)
          : unpacked(digest, image.get(), new Source(registry, reference), listener);
    } catch (IOException | RuntimeException e) {
      return failed(name, e);
    }
  }

  private record Source(RegistryClient registry, Reference reference) {}

  private Fetched unpacked(Digest digest, ResolvedImage image, Source source, PullListener listener)
      throws IOException {
    Platform offered = image.config().platform();
    if (!offered.os().equals(platform.os())
        || !offered.architecture().equals(platform.architecture())) {
      throw new UnfitImageException("it is for " + offered + ", this host is " + platform);
    }
    List<Digest> diffIds = image.config().diffIds();
    List<Descriptor> archives = image.manifest().layers();
    if (diffIds.size() != archives.size()) {
      throw new InvalidImageException(
          "image config",
          "it names %d layers, the manifest %d".formatted(diffIds.size(), archives.size()));
    }
    long absent = diffIds.stream().filter(id -> layers.find(id).isEmpty()).distinct().count();
    if (absent > 0) {
      listener.pulling(digest.toString(), (int) absent);
    }
    List<CompletableFuture<Path>> wanted = new ArrayList<>();
    for (int i = 0; i < archives.size(); i++) {
      wanted.add(layer(diffIds.get(i), archives.get(i), source));
    }
    return new Fetched.Ready(
        new PulledImage(digest.toString(), image.config().container(), LayerCache.join(wanted)));
  }

  private CompletableFuture<Path> layer(Digest diffId, Descriptor archive, Source source) {
    return layers
        .find(diffId)
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                layers.obtain(
                    diffId,
                    () -> source.registry().blob(source.reference().repository(), archive)));
  }

  private RegistryClient registry(Reference reference) {
    return registry(reference.registry().orElse(defaultRegistry));
  }

  private RegistryClient registry(String host) {
    RegistryClient known = registries.get(host);
    if (known != null) {
      return known;
    }
    if (registries.size() >= REGISTRIES_MAX) {
      throw new IllegalArgumentException("images come from too many registries");
    }
    return registries.computeIfAbsent(
        host, name -> new RegistryClient(URI.create("http://" + name), PATIENCE));
  }

  private static Fetched.Failed missing(Reference reference) {
    return new Fetched.Failed(ReasonCode.IMAGE_NOT_FOUND, "there is no image " + reference);
  }

  private static Fetched.Failed failed(String name, Exception e) {
    return switch (e) {
      case IllegalArgumentException invalid ->
          new Fetched.Failed(ReasonCode.INVALID_FIELD, String.valueOf(invalid.getMessage()));
      case IOException io -> failedPull(name, io);
      default -> {
        LOG.errorf(e, "fetching %s failed unexpectedly", name);
        yield new Fetched.Failed(ReasonCode.INTERNAL, "fetching " + name + ": " + e);
      }
    };
  }

  private static Fetched.Failed failedPull(String name, IOException e) {
    String why = "image %s: %s".formatted(name, e.getMessage());
    return switch (e) {
      case RegistryException answer when answer.isNotFound() ->
          new Fetched.Failed(ReasonCode.IMAGE_NOT_FOUND, why);
      case UnfitImageException _ -> new Fetched.Failed(ReasonCode.PLATFORM_UNSUPPORTED, why);
      case InvalidImageException _,
          HostileArchiveException _,
          DigestMismatchException _,
          WrongLayerException _ ->
          new Fetched.Failed(ReasonCode.IMAGE_INVALID, why);
      case LinuxException full when String.valueOf(full.getMessage()).contains("ENOSPC") ->
          new Fetched.Failed(ReasonCode.STORAGE_FULL, why);
      case FileSystemException full when String.valueOf(full.getReason()).contains("No space") ->
          new Fetched.Failed(ReasonCode.STORAGE_FULL, why);
      default -> new Fetched.Failed(ReasonCode.PULL_FAILED, why);
    };
  }

  private static String architecture() {
    String name = System.getProperty("os.arch", "amd64");
    return name.equals("aarch64") ? "arm64" : name;
  }
}
