package dev.gantry.build.execute;

import dev.gantry.build.cache.CachedLayer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A layer of a stage, whether or not it is a blob yet. */
sealed interface StageLayer {
  /** It is a blob; its files may have to be pulled. */
  record Stored(CachedLayer layer) implements StageLayer {}

  /**
   * Its files are here; it is on its way to become a blob.
   *
   * @param result empty where nothing changed, so that there is no layer
   */
  record Built(Path directory, CompletableFuture<Optional<CachedLayer>> result)
      implements StageLayer {}
}
