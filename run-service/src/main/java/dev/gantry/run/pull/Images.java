package dev.gantry.run.pull;

import dev.gantry.events.PullPolicy;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.content.ContentStore;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.RegistrySettings;
import dev.gantry.oci.registry.ResolvedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * The images on this host. A tag is looked up in its registry each time, since it may have moved;
 * everything that is named by a digest is fetched once. Thread-safe.
 */
public final class Images implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Images.class);
  private static final int REGISTRIES_MAX = 64;

  /** A registry that is away is asked for half a minute, less often each time. */
  private static final RegistrySettings PATIENCE =
      new RegistrySettings(
          Duration.ofSeconds(5), Duration.ofSeconds(30), 8, Duration.ofMillis(250));

  /** One that we can do without is not waited for. */
  private static final RegistrySettings IMPATIENCE =
      new RegistrySettings(Duration.ofSeconds(2), Duration.ofSeconds(5), 2, Duration.ofMillis(100));

  private final String defaultRegistry;
  private final Platform platform;
  private final ImageShelf shelf;
  private final ImageCollector collector;
  private final Executor pool;
  private final Map<String, RegistryClient> registries = new ConcurrentHashMap<>();

  /**
   * The threads that images are fetched with, both bounded pools.
   *
   * @param waiting for those that mostly wait for registries
   * @param unpacking for those that mostly work
   */
  public record Threads(Executor waiting, Executor unpacking) {}

  /**
   * Which image is wanted for which run.
   *
   * @param run its id: it holds the image until it is {@link #release}d
   * @param name as its request names it
   * @param digest what the name has been found to mean
   * @param policy with {@link PullPolicy#NEVER}, what is not here is not fetched
   */
  public record Wanted(String run, String name, String digest, PullPolicy policy) {}

  private Images(
      String defaultRegistry,
      Platform platform,
      ImageShelf shelf,
      ImageCollector collector,
      Executor pool) {
    this.defaultRegistry = defaultRegistry;
    this.platform = platform;
    this.shelf = shelf;
    this.collector = collector;
    this.pool = pool;
  }

  /**
   * Opens the images of a directory.
   *
   * @param defaultRegistry {@code host:port} of the registry for names without one
   */
  public static Images open(
      Path directory, String defaultRegistry, CollectPolicy policy, Threads threads)
      throws IOException {
    Platform platform = Platform.parse("linux/" + architecture());
    ContentStore store = ContentStore.open(directory.resolve("content"));
    Clock clock = Clock.systemUTC();
    ImageShelf shelf =
        new ImageShelf(
            new ManifestCache(store, platform),
            LayerCache.open(directory.resolve("layers"), threads.unpacking()),
            KnownImages.open(directory, clock),
            new ImageHolds());
    ImageCollector collector = new ImageCollector(shelf, directory, policy, clock);
    return new Images(defaultRegistry, platform, shelf, collector, threads.waiting());
  }

  /**
   * Finds out what a name means. The future never fails; where no registry is asked it is complete,
   * else it completes on one of the pools. Cancelled before its turn has come, it asks nobody.
   *
   * @param name as a request names it
   */
  public CompletableFuture<Located> lookUp(String name, PullPolicy policy) {
    Optional<String> here =
        policy == PullPolicy.MISSING || policy == PullPolicy.NEVER ? here(name) : Optional.empty();
    return here.<CompletableFuture<Located>>map(
            digest -> CompletableFuture.completedFuture(new Located.At(digest)))
        .orElseGet(() -> CompletableFuture.supplyAsync(() -> lookUpNow(name, policy), pool));
  }

  /** What a name means of the images that are here. */
  private Optional<String> here(String name) {
    try {
      return here(Reference.parse(name).withDefaultRegistry(defaultRegistry));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not a name: its refusal is told as everything else
    }
  }

  private Optional<String> here(Reference reference) {
    return shelf.known().digest(reference.toString()).filter(digest -> local(digest).isPresent());
  }

  /**
   * Sees to it that an image is here. The future never fails; where the image is here already it is
   * complete, else it completes on one of the pools. Whatever comes of it, the run is to be {@link
   * #release}d.
   */
  public CompletableFuture<Fetched> fetch(Wanted wanted, PullListener listener) {
    shelf.hold(wanted.run(), wanted.digest()); // what is here now is not collected any more
    return local(wanted.digest()).isPresent()
        ? CompletableFuture.completedFuture(fetchNow(wanted, listener))
        : CompletableFuture.supplyAsync(() -> fetchNow(wanted, listener), pool);
  }

  /** Says again, after a restart of the service, that a run has an image. */
  public void hold(String run, String digest) {
    shelf.hold(run, digest);
  }

  /** A run needs its image no more. One that has none is success. */
  public void release(String run) {
    shelf.holds().release(run).ifPresent(shelf.known()::touch);
  }

  /** An image that is wholly here. */
  public Optional<PulledImage> local(String digest) {
    return shelf.local(digest);
  }

  /** Removes what nobody uses. */
  public ImageCollector collector() {
    return collector;
  }

  /** What is here; measures layers that have not been measured before. */
  public ImageInventory inventory() throws IOException {
    return ImageInventory.of(shelf);
  }

  /** What an image which is here says of its runs, without its layers; empty: it is not known. */
  public Optional<PulledImage> config(String digest) {
    try {
      return shelf
          .manifests()
          .find(Digest.parse(digest), "", null)
          .map(image -> new PulledImage(digest, image.config().container(), List.of()));
    } catch (IOException e) {
      LOG.warnf("the config of %s cannot be read: %s", digest, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Pays for the first use of the default registry before a run waits for it; one that is away is
   * not waited for.
   */
  public void warmUp() {
    try {
      var _ = registry(defaultRegistry, IMPATIENCE).findManifest("gantry/warm-up", "latest");
    } catch (IOException e) {
      LOG.debugf("the registry is not there yet: %s", e.getMessage());
    }
  }

  @Override
  public void close() {
    registries.values().forEach(RegistryClient::close);
  }

  private Located lookUpNow(String name, PullPolicy policy) {
    try {
      Reference reference = Reference.parse(name).withDefaultRegistry(defaultRegistry);
      Optional<Digest> named = reference.digest();
      if (named.isPresent()) {
        return new Located.At(named.get().toString());
      }
      Optional<String> here = here(reference);
      return switch (policy) {
        case ALWAYS -> asked(reference, PATIENCE);
        case NEWER -> here.isPresent() ? newer(reference, here.get()) : asked(reference, PATIENCE);
        case MISSING -> here.isPresent() ? new Located.At(here.get()) : asked(reference, PATIENCE);
        case NEVER ->
            here.isPresent() ? new Located.At(here.get()) : new Located.Nowhere(absent(name));
      };
    } catch (IOException | RuntimeException e) {
      return new Located.Nowhere(PullFailure.of(name, e));
    }
  }

  private Located newer(Reference reference, String here) throws IOException {
    try {
      return asked(reference, IMPATIENCE);
    } catch (IOException e) {
      if (!PullFailure.unreachable(e)) {
        throw e;
      }
      LOG.infof("%s: no answer, using what is here (%s)", reference, e.getMessage());
      return new Located.At(here);
    }
  }

  private Located asked(Reference reference, RegistrySettings patience) throws IOException {
    Optional<Digest> digest =
        registry(reference.registry().orElse(defaultRegistry), patience)
            .findManifest(reference.repository(), reference.manifestReference())
            .map(Descriptor::digest);
    return digest.isPresent()
        ? new Located.At(digest.get().toString())
        : new Located.Nowhere(missing(reference));
  }

  private Fetched fetchNow(Wanted wanted, PullListener listener) {
    try {
      Reference reference = Reference.parse(wanted.name()).withDefaultRegistry(defaultRegistry);
      Fetched fetched = fetch(wanted, reference, listener);
      if (fetched instanceof Fetched.Ready) {
        shelf.used(reference.toString(), wanted.digest());
      }
      return fetched;
    } catch (IOException | RuntimeException e) {
      return PullFailure.of(wanted.name(), e);
    }
  }

  private Fetched fetch(Wanted wanted, Reference reference, PullListener listener)
      throws IOException {
    if (wanted.policy() == PullPolicy.NEVER) {
      return local(wanted.digest())
          .<Fetched>map(Fetched.Ready::new)
          .orElseGet(() -> absent(wanted.name()));
    }
    RegistryClient registry = registry(reference.registry().orElse(defaultRegistry), PATIENCE);
    Digest digest = Digest.parse(wanted.digest());
    Optional<ResolvedImage> image =
        shelf.manifests().find(digest, reference.repository(), registry);
    return image.isEmpty()
        ? missing(reference)
        : unpacked(digest, image.get(), new Source(registry, reference), listener);
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
    LayerCache layers = shelf.layers();
    layers.pin(diffIds);
    try {
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
    } finally {
      layers.unpin(diffIds);
    }
  }

  private CompletableFuture<Path> layer(Digest diffId, Descriptor archive, Source source) {
    LayerCache layers = shelf.layers();
    return layers
        .find(diffId)
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                layers.obtain(
                    diffId,
                    () -> source.registry().blob(source.reference().repository(), archive)));
  }

  private RegistryClient registry(String host, RegistrySettings patience) {
    String key = patience.equals(PATIENCE) ? host : host + " soon";
    RegistryClient known = registries.get(key);
    if (known != null) {
      return known;
    }
    if (registries.size() >= REGISTRIES_MAX) {
      throw new IllegalArgumentException("images come from too many registries");
    }
    return registries.computeIfAbsent(
        key, _ -> new RegistryClient(URI.create("http://" + host), patience));
  }

  private static Fetched.Failed missing(Reference reference) {
    return new Fetched.Failed(ReasonCode.IMAGE_NOT_FOUND, "there is no image " + reference);
  }

  private static Fetched.Failed absent(String name) {
    return new Fetched.Failed(
        ReasonCode.IMAGE_NOT_FOUND,
        "image %s is not on this host, and pullPolicy is never".formatted(name));
  }

  private static String architecture() {
    String name = System.getProperty("os.arch", "amd64");
    return name.equals("aarch64") ? "arm64" : name;
  }
}
