package dev.gantry.build.execute;

import dev.gantry.build.cache.StepInputs;
import dev.gantry.build.context.InvalidContextException;
import dev.gantry.build.dockerfile.Heredoc;
import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.plan.AddSource;
import dev.gantry.build.plan.GitReference;
import dev.gantry.build.plan.Operation;
import dev.gantry.build.plan.Origin;
import dev.gantry.build.plan.PlannedStep;
import dev.gantry.build.tree.Glob;
import dev.gantry.build.tree.InlineTree;
import dev.gantry.build.tree.Patterns;
import dev.gantry.build.tree.RootfsTree;
import dev.gantry.build.tree.Selection;
import dev.gantry.build.tree.SourceTree;
import dev.gantry.build.tree.Sources;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Executes COPY and ADD: finds the sources, says what the result depends on, and copies. */
final class CopyStep implements AutoCloseable {
  private final Engine.Parts builder;
  private final StepContext context;
  private final PlannedStep step;
  private final Operation.Placement placement;
  private final Patterns excludes;
  private final Optional<Rootfs> source;
  private final List<CopyPart> parts = new ArrayList<>();

  private CopyStep(
      Engine.Parts builder, StepContext context, PlannedStep step, Optional<Rootfs> source)
      throws BuildFailedException {
    this.builder = builder;
    this.context = context;
    this.step = step;
    this.placement = placement(step);
    this.source = source;
    try {
      this.excludes = Patterns.of(placement.excludes());
    } catch (IllegalArgumentException e) {
      throw context.failed(step.at(), "--exclude: " + e.getMessage());
    }
  }

  private static Operation.Placement placement(PlannedStep step) {
    return switch (step.operation()) {
      case Operation.Copy copy -> copy.placement();
      case Operation.Add add -> add.placement();
      default -> throw new IllegalArgumentException("neither COPY nor ADD: " + step.canonical());
    };
  }

  /**
   * Finds the sources.
   *
   * @param layers those of the stage or image that is copied from; empty for the context
   * @throws BuildFailedException where a source is not there
   */
  static CopyStep open(
      Engine.Parts builder, StepContext context, PlannedStep step, List<Path> layers)
      throws BuildFailedException, IOException {
    Optional<Rootfs> rootfs =
        origin(step) instanceof Origin.Context
            ? Optional.empty()
            : Optional.of(Rootfs.open(builder.layers(), layers));
    CopyStep opened = null;
    try {
      opened = new CopyStep(builder, context, step, rootfs);
      opened.find();
      return opened;
    } catch (Copier.CopyRefusedException e) {
      close(opened, rootfs);
      throw context.failed(step.at(), String.valueOf(e.getMessage()));
    } catch (BuildFailedException | IOException | RuntimeException e) {
      close(opened, rootfs);
      throw e;
    }
  }

  private static void close(@Nullable CopyStep opened, Optional<Rootfs> rootfs) throws IOException {
    if (opened != null) {
      opened.close();
    } else if (rootfs.isPresent()) {
      rootfs.get().close();
    }
  }

  private static Origin origin(PlannedStep step) {
    return step.operation() instanceof Operation.Copy copy ? copy.from() : new Origin.Context();
  }

  private void find() throws BuildFailedException, IOException {
    switch (step.operation()) {
      case Operation.Copy copy -> {
        for (String argument : copy.sources()) {
          select(argument, copy.parents(), false);
        }
        inline(copy.inline());
      }
      case Operation.Add add -> {
        for (AddSource each : add.sources()) {
          add(add, each);
        }
        inline(add.inline());
      }
      default -> throw new IllegalStateException(step.canonical());
    }
  }

  private void add(Operation.Add add, AddSource each) throws BuildFailedException, IOException {
    Cancellation cancellation = context.job().cancellation();
    switch (each) {
      case AddSource.Local local ->
          select(local.pattern(), false, !Boolean.FALSE.equals(add.unpack()));
      case AddSource.Url url ->
          parts.add(
              new AddUrl(
                  builder.fetchers(),
                  url.url(),
                  Optional.ofNullable(add.checksum()),
                  Boolean.TRUE.equals(add.unpack()),
                  cancellation));
      case AddSource.Git git -> {
        Boolean said = git.reference().keepGitDir();
        boolean keep = Boolean.TRUE.equals(add.keepGitDir() == null ? said : add.keepGitDir());
        GitReference reference =
            add.checksum() == null ? git.reference() : git.reference().at(add.checksum());
        parts.add(new AddGit(builder.fetchers(), reference, keep, excludes, cancellation));
      }
    }
  }

  private void select(String argument, boolean parents, boolean unpack)
      throws BuildFailedException, IOException {
    SourceTree tree = source.isPresent() ? new RootfsTree(source.get().root()) : context.context();
    List<Selection> selected;
    try {
      selected =
          parents
              ? Selection.withParents(tree, argument, excludes)
              : Selection.of(tree, argument, excludes);
    } catch (IllegalArgumentException e) {
      throw context.failed(step.at(), "bad pattern " + argument);
    }
    // A pattern that nothing matches copies nothing; what is named must be there.
    if (selected.isEmpty()
        && !Glob.isWild(argument)
        && Sources.find(tree, argument.replace("/./", "/")).isEmpty()) {
      throw context.failed(step.at(), "\"" + argument + "\" not found" + where());
    }
    selected.forEach(each -> parts.add(new AddSelection(each, unpack)));
  }

  private void inline(List<Heredoc> inline) {
    for (Heredoc heredoc : inline) {
      InlineTree written = new InlineTree(Map.of(heredoc.name(), heredoc.content()));
      written
          .find(heredoc.name())
          .ifPresent(
              node ->
                  parts.add(
                      new AddSelection(
                          new Selection(written, heredoc.name(), heredoc.name(), node, List.of()),
                          false)));
    }
  }

  private String where() {
    return switch (origin(step)) {
      case Origin.Context _ -> " in the context (or ignored by .dockerignore)";
      case Origin.Scratch _ -> " in scratch";
      case Origin.Earlier earlier -> " in stage " + earlier.stage();
      case Origin.Image image -> " in image " + image.reference();
    };
  }

  /** What the result depends on: the content of the sources, by path. */
  StepInputs inputs(String parent) throws BuildFailedException, IOException {
    Map<String, String> sources = new TreeMap<>();
    boolean owners = placement.chown() == null && source.isPresent();
    try {
      for (CopyPart part : parts) {
        part.describe(sources, owners);
      }
    } catch (Copier.CopyRefusedException e) {
      throw context.failed(step.at(), String.valueOf(e.getMessage()));
    }
    return new StepInputs(parent, step.canonical(), Map.of(), sources);
  }

  /** Copies onto the layers of the stage; the changes are the caller's. */
  Path execute(LayerStore store, List<Path> layers) throws BuildFailedException, IOException {
    try (Rootfs rootfs = Rootfs.open(store, placement.link() ? List.of() : layers)) {
      Owner asked = asked(store, layers);
      Owner owner = asked == null && source.isEmpty() ? Owner.ROOT : asked;
      Cancellation cancellation = context.job().cancellation();
      Copier copier = new Copier(rootfs.root(), owner, placement.mode(), cancellation);
      String destination = placement.destination();
      boolean directory = destination.endsWith("/") || destination.endsWith("/.");
      if (parts.size() > 1 && !directory && !copier.isDirectory(copier.resolved(destination))) {
        throw context.failed(
            step.at(),
            "more than one file is copied: the destination must be a directory and end with a /");
      }
      CopyTarget target =
          new CopyTarget(rootfs.root(), copier, asked, destination, directory, cancellation);
      for (CopyPart part : parts) {
        part.place(target);
      }
      copier.finish();
      return rootfs.takeChanges();
    } catch (Copier.CopyRefusedException
        | Owner.UnknownOwnerException
        | InvalidContextException e) {
      throw context.failed(step.at(), String.valueOf(e.getMessage()));
    } catch (LinuxException e) {
      throw context.failed(step.at(), "cannot copy: " + e.getMessage());
    }
  }

  /** Who was asked for, by the names that the stage has; files of the context are root's else. */
  private @Nullable Owner asked(LayerStore store, List<Path> layers) throws IOException {
    String chown = placement.chown();
    if (chown == null) {
      return null;
    }
    Optional<Owner> numbers = Owner.ofNumbers(chown);
    if (numbers.isPresent()) {
      return numbers.get();
    }
    try (Rootfs stage = Rootfs.open(store, layers)) {
      return Owner.of(chown, stage.root());
    }
  }

  @Override
  public void close() throws IOException {
    for (CopyPart part : parts) {
      part.close();
    }
    if (source.isPresent()) {
      source.get().close();
    }
  }
}
