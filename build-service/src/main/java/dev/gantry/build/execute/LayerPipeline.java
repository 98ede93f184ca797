package dev.gantry.build.execute;

import dev.gantry.build.cache.CacheEntry;
import dev.gantry.build.cache.CacheKey;
import dev.gantry.build.cache.CachedLayer;
import dev.gantry.build.cache.StepInputs;
import dev.gantry.build.layer.LayerStore;
import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.layer.LayerOptions;
import dev.gantry.oci.layer.LayerWriter;
import dev.gantry.oci.layer.WrittenLayer;
import dev.gantry.oci.registry.RegistryClient;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes blobs of the directories that steps leave, some at a time, beside the steps that follow:
 * archived, compressed, pushed, then remembered in the cache. Belongs to one build. Thread-safe.
 */
final class LayerPipeline implements AutoCloseable {
  /** Where layers lie that no image has yet. */
  static final String REPOSITORY = "gantry/cache";

  private static final System.Logger LOG = System.getLogger(LayerPipeline.class.getName());
  private static final int BUFFER_BYTES = 128 * 1024;

  /** Each compresses with all processors already: more would only take memory. */
  private static final int TOGETHER_MAX = 3;

  private final LayerStore store;
  private final RegistryClient registry;
  private final StepLookup cache;
  private final Cancellation cancellation;
  private final DiskUse disk;
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          TOGETHER_MAX, Thread.ofPlatform().daemon().name("layer-", 0).factory());
  private final Queue<StageLayer.Built> layers = new ConcurrentLinkedQueue<>();
  private final Set<Path> shifted = ConcurrentHashMap.newKeySet();

  LayerPipeline(Engine.Parts parts, StepLookup cache, StepContext context) {
    this.store = parts.layers();
    this.registry = parts.registry();
    this.cache = cache;
    this.cancellation = context.job().cancellation();
    this.disk = context.disk();
  }

  /**
   * What a step left behind.
   *
   * @param slot the place of the step
   * @param directory of the layer store; owned by this from now on
   * @param options how to archive it
   * @param inputs under which the result is remembered; the last name the result itself
   */
  record Product(
      StepLookup.Slot slot,
      Path directory,
      LayerOptions options,
      List<StepInputs> inputs,
      Instant createdAt) {
    /** Names the file system with this layer on top. */
    String chain() {
      return CacheKey.of(inputs.getLast()).value();
    }
  }

  /** Takes a layer in hand; its files can be used at once. */
  StageLayer submit(Product product) {
    CompletableFuture<Optional<CachedLayer>> result =
        CompletableFuture.supplyAsync(() -> process(product), workers);
    StageLayer.Built built = new StageLayer.Built(product.directory(), result);
    result.thenRunAsync(cache::write, workers);
    layers.add(built);
    if (product.options().idBase() != 0) {
      shifted.add(product.directory());
    }
    return built;
  }

  private Optional<CachedLayer> process(Product product) {
    try {
      Optional<CachedLayer> layer = push(product);
      CacheEntry entry = new CacheEntry(product.chain(), layer, product.createdAt());
      for (StepInputs inputs : product.inputs()) {
        cache.remember(inputs, entry);
      }
      cache.place(product.slot(), product.inputs().getLast(), entry);
      return layer;
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private Optional<CachedLayer> push(Product product) throws IOException {
    Path blob = store.reserve();
    try {
      WrittenLayer written;
      try (DirFd tree = DirFd.open(product.directory());
          OutputStream out =
              new BufferedOutputStream(new Checked(Files.newOutputStream(blob)), BUFFER_BYTES)) {
        written = LayerWriter.write(tree, out, product.options());
      }
      disk.add(written.archiveBytes());
      if (written.entries() == 0) {
        return Optional.empty();
      }
      registry.pushBlob(REPOSITORY, written.descriptor(), () -> Files.newInputStream(blob));
      return Optional.of(new CachedLayer(written.descriptor(), written.diffId(), REPOSITORY));
    } finally {
      Files.deleteIfExists(blob);
    }
  }

  /** Ends with the build: its bytes are not wanted any more. */
  private final class Checked extends FilterOutputStream {
    Checked(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      cancellation.check();
      out.write(bytes, offset, length);
    }
  }

  /** Waits until every layer is a blob, or will not become one. */
  void settle() {
    layers.forEach(layer -> layer.result().handle((done, problem) -> true).join());
  }

  /**
   * Waits for all layers, then keeps the directories of those that became blobs and removes the
   * others. No step may use them any more.
   */
  @Override
  public void close() {
    workers.close();
    for (StageLayer.Built layer : layers) {
      try {
        keep(layer);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "a layer's directory cannot be kept", e);
      }
    }
  }

  private void keep(StageLayer.Built layer) throws IOException {
    Optional<CachedLayer> result =
        layer.result().isCompletedExceptionally() ? Optional.empty() : layer.result().join();
    // Ids on disk that are not an image's are of no use to the next build.
    if (result.isPresent() && !shifted.contains(layer.directory())) {
      store.keep(layer.directory(), result.get().diffId());
    } else {
      store.delete(layer.directory());
    }
  }
}
