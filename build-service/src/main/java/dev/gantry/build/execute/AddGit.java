package dev.gantry.build.execute;

import dev.gantry.build.context.ContextArchive;
import dev.gantry.build.context.ContextLimits;
import dev.gantry.build.context.InvalidContextException;
import dev.gantry.build.fetch.Fetchers;
import dev.gantry.build.fetch.GitFetcher;
import dev.gantry.build.plan.GitReference;
import dev.gantry.build.tree.Patterns;
import dev.gantry.build.tree.RootfsTree;
import dev.gantry.build.tree.Selection;
import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tree of a Git repository. What it depends on is the commit that the reference means now. */
final class AddGit implements CopyPart {
  private final Fetchers fetchers;
  private final GitReference reference;
  private final boolean keepGitDir;
  private final Patterns excludes;
  private final Cancellation cancellation;
  private @Nullable String commit;

  AddGit(
      Fetchers fetchers,
      GitReference reference,
      boolean keepGitDir,
      Patterns excludes,
      Cancellation cancellation) {
    this.fetchers = fetchers;
    this.reference = reference;
    this.keepGitDir = keepGitDir;
    this.excludes = excludes;
    this.cancellation = cancellation;
  }

  @Override
  public void describe(Map<String, String> into, boolean owners) throws IOException {
    String ref = reference.ref() == null ? "" : "#" + reference.ref();
    String directory = reference.subdirectory() == null ? "" : ":" + reference.subdirectory();
    String kept = keepGitDir ? " with .git" : "";
    into.put(reference.remote() + ref, "commit " + commit() + directory + kept);
  }

  private String commit() throws IOException {
    String known = commit;
    if (known != null) {
      return known;
    }
    String now =
        Fetching.fetch(cancellation, lifeline -> fetchers.git().commit(reference, lifeline));
    commit = now;
    return now;
  }

  @Override
  public void place(CopyTarget target) throws IOException {
    String wanted = commit();
    Fetching.fetch(
        cancellation,
        lifeline -> {
          try (GitFetcher.GitTree tree = fetchers.git().fetch(reference, wanted, lifeline)) {
            place(tree, target);
            return wanted;
          }
        });
  }

  private void place(GitFetcher.GitTree fetched, CopyTarget target) throws IOException {
    ContextLimits limits = ContextLimits.ofFetched(fetchers.limits().bytesMax());
    try (InputStream tar = fetched.archive();
        ContextArchive archive = ContextArchive.read(tar, fetchers.temporary(), limits)) {
      for (Selection selection : Selection.of(archive.tree(), "", excludes)) {
        target.copier().copy(selection, target.destination(), true);
      }
    } catch (InvalidContextException e) {
      throw new Copier.CopyRefusedException(reference.remote() + ": " + e.getMessage());
    }
    if (keepGitDir) {
      try (DirFd repository = DirFd.open(fetched.gitDirectory())) {
        Patterns nothing = Patterns.of(List.of());
        for (Selection selection : Selection.of(new RootfsTree(repository), "", nothing)) {
          target.copier().copy(selection, target.destination() + "/.git", true);
        }
      }
    }
  }
}
