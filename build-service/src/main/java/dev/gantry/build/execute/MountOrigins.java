package dev.gantry.build.execute;

import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.plan.Origin;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.build.plan.RunMount;
import dev.gantry.build.tree.InlineTree;
import dev.gantry.build.tree.Paths;
import dev.gantry.build.tree.RootfsTree;
import dev.gantry.build.tree.Selection;
import dev.gantry.build.tree.SourceDigest;
import dev.gantry.build.tree.SourceTree;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The trees from which a RUN has something mounted: opened when they are needed, each once. */
final class MountOrigins implements AutoCloseable {
  private final StepContext context;
  private final LayerDirectories directories;
  private final LayerStore store;
  private final PlannedStep step;
  private final Map<Origin, Rootfs> open = new HashMap<>();

  MountOrigins(StepContext context, LayerDirectories directories, PlannedStep step) {
    this.context = context;
    this.directories = directories;
    this.store = directories.store();
    this.step = step;
  }

  /** The files of an origin. */
  SourceTree tree(Origin origin) throws BuildFailedException, IOException {
    return switch (origin) {
      case Origin.Context _ -> context.context();
      case Origin.Scratch _ -> new InlineTree(Map.of());
      case Origin.Earlier _, Origin.Image _ -> {
        Rootfs rootfs = open.get(origin);
        if (rootfs == null) {
          rootfs = Rootfs.open(store, directories.of(step, origin));
          open.put(origin, rootfs);
        }
        yield new RootfsTree(rootfs.root());
      }
    };
  }

  /**
   * Where a source of a mount lies, links followed within its origin.
   *
   * @throws BuildFailedException where it is not there
   */
  String source(Origin origin, String source) throws BuildFailedException, IOException {
    return Paths.resolve(tree(origin), Paths.clean(source))
        .orElseThrow(
            () ->
                context.failed(
                    step.at(), "--mount: source \"" + source + "\" not found" + where(origin)));
  }

  private static String where(Origin origin) {
    return switch (origin) {
      case Origin.Context _ -> " in the context (or ignored by .dockerignore)";
      case Origin.Scratch _ -> " in scratch";
      case Origin.Earlier earlier -> " in stage " + earlier.stage();
      case Origin.Image image -> " in image " + image.reference();
    };
  }

  /** What a step that sees this depends on: all that is in it. */
  Map<String, String> content(RunMount.Bind bind) throws BuildFailedException, IOException {
    Map<String, String> sources = new TreeMap<>();
    boolean isContext = bind.from() instanceof Origin.Context;
    String source = source(bind.from(), bind.source());
    new SourceDigest(!isContext, sources).add(Selection.whole(tree(bind.from()), source));
    if (isContext) {
      return sources;
    }
    Map<String, String> named = new TreeMap<>();
    sources.forEach((path, content) -> named.put(bind.target() + ": /" + path, content));
    return named;
  }

  @Override
  public void close() throws IOException {
    for (Rootfs rootfs : open.values()) {
      rootfs.close();
    }
  }
}
