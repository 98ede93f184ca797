package dev.gantry.build.execute;

import dev.gantry.build.cache.StepInputs;
import dev.gantry.build.dockerfile.Heredoc;
import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.plan.Operation;
import dev.gantry.build.plan.Origin;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.build.tree.InlineTree;
import dev.gantry.build.tree.ModeChange;
import dev.gantry.build.tree.RootfsTree;
import dev.gantry.build.tree.SourceDigest;
import dev.gantry.build.tree.SourceTree;
import dev.gantry.build.tree.Sources;
import dev.gantry.events.ReasonCode;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Executes COPY: finds the sources, says what the result depends on, and copies. */
final class CopyStep implements AutoCloseable {
  private final StepContext context;
  private final PlannedStep step;
  private final Operation.Copy copy;
  private final Optional<Rootfs> source;
  private final List<Found> found = new ArrayList<>();

  private record Found(SourceTree tree, Sources.Match match) {}

  private CopyStep(
      StepContext context, PlannedStep step, Operation.Copy copy, Optional<Rootfs> source) {
    this.context = context;
    this.step = step;
    this.copy = copy;
    this.source = source;
  }

  /**
   * Finds the sources.
   *
   * @param layers those of the stage or image that is copied from; empty for the context
   * @throws BuildFailedException where a source is not there
   */
  static CopyStep open(StepContext context, PlannedStep step, LayerStore store, List<Path> layers)
      throws BuildFailedException, IOException {
    Operation.Copy copy = (Operation.Copy) step.operation();
    Optional<Rootfs> rootfs =
        copy.from() instanceof Origin.Context
            ? Optional.empty()
            : Optional.of(Rootfs.open(store, layers));
    CopyStep opened = new CopyStep(context, step, copy, rootfs);
    try {
      opened.find();
      return opened;
    } catch (BuildFailedException | IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void find() throws BuildFailedException, IOException {
    SourceTree tree = source.isPresent() ? new RootfsTree(source.get().root()) : context.context();
    for (String argument : copy.sources()) {
      List<Sources.Match> matches;
      try {
        matches = Sources.find(tree, argument);
      } catch (IllegalArgumentException e) {
        throw context.failed(step.at(), "bad pattern " + argument);
      }
      if (matches.isEmpty()) {
        throw context.failed(step.at(), "\"" + argument + "\" not found" + where());
      }
      matches.forEach(match -> found.add(new Found(tree, match)));
    }
    Map<String, String> inline = new LinkedHashMap<>();
    copy.inline().forEach(heredoc -> inline.put(heredoc.name(), heredoc.content()));
    SourceTree written = new InlineTree(inline);
    for (Heredoc heredoc : copy.inline()) {
      found.add(new Found(written, new Sources.Match(heredoc.name(), heredoc.name())));
    }
  }

  private String where() {
    return switch (copy.from()) {
      case Origin.Context _ -> " in the context (or ignored by .dockerignore)";
      case Origin.Scratch _ -> " in scratch";
      case Origin.Earlier earlier -> " in stage " + earlier.stage();
      case Origin.Image image -> " in image " + image.reference();
    };
  }

  /** What the result depends on: the content of the sources, by path. */
  StepInputs inputs(String parent) throws IOException {
    Map<String, String> sources = new TreeMap<>();
    boolean owners = copy.placement().chown() == null && source.isPresent();
    for (Found each : found) {
      new SourceDigest(each.tree(), owners, sources).add(each.match().path());
    }
    return new StepInputs(parent, step.canonical(), Map.of(), sources);
  }

  /** Copies onto the layers of the stage; the changes are the caller's. */
  Path execute(LayerStore store, List<Path> layers) throws BuildFailedException, IOException {
    boolean directory =
        copy.placement().destination().endsWith("/")
            || copy.placement().destination().endsWith("/.");
    if (found.size() > 1 && !directory) {
      throw context.failed(
          step.at(),
          "more than one file is copied: the destination must be a directory and end with a /");
    }
    try (Rootfs rootfs = Rootfs.open(store, layers)) {
      Copier copier =
          new Copier(rootfs.root(), owner(rootfs), mode(), context.job().cancellation());
      for (Found each : found) {
        copier.copy(each.tree(), each.match(), copy.placement().destination(), directory);
      }
      copier.finish();
      return rootfs.takeChanges();
    } catch (Copier.CopyRefusedException | Owner.UnknownOwnerException e) {
      throw context.failed(step.at(), String.valueOf(e.getMessage()));
    } catch (LinuxException e) {
      throw context.failed(step.at(), "cannot copy: " + e.getMessage());
    }
  }

  /** What every file of a COPY gets, where that does not depend on the file. */
  private @Nullable Integer mode() throws BuildFailedException {
    ModeChange change = copy.placement().mode();
    if (change == null) {
      return null;
    }
    if (change.apply(0, false) != change.apply(0777, true)) {
      throw context.failed(
          step.at(),
          ReasonCode.UNSUPPORTED_INSTRUCTION,
          "a symbolic --chmod is not supported",
          null);
    }
    return change.apply(0, false);
  }

  /** Files of the context belong to root; those of a stage or an image stay as they are. */
  private @Nullable Owner owner(Rootfs rootfs) throws IOException {
    if (copy.placement().chown() != null) {
      return Owner.of(copy.placement().chown(), rootfs.root());
    }
    return source.isPresent() ? null : Owner.ROOT;
  }

  @Override
  public void close() throws IOException {
    if (source.isPresent()) {
      source.get().close();
    }
  }
}
