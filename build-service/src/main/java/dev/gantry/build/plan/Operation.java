package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.Heredoc;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.tree.ModeChange;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a step does, with everything expanded. */
public sealed interface Operation {
  /** Begins a stage with the layers of its base. */
  record Begin(Origin base) implements Operation {}

  /** Changes settings alone; makes no layer. */
  record Configure() implements Operation {}

  /**
   * Runs a process.
   *
   * @param script a file that {@code argv} names; absent where there is none
   * @param environment where it runs
   * @param mounts what is there only while it runs, in the order in which it is mounted
   */
  record Run(
      List<String> argv,
      @Nullable Script script,
      Environment environment,
      List<RunMount> mounts,
      Instruction.Network network)
      implements Operation {
    /** Copies the lists. */
    public Run {
      argv = List.copyOf(argv);
      mounts = List.copyOf(mounts);
    }
  }

  /**
   * Copies files.
   *
   * @param inline here-documents, copied as files of their names
   * @param parents whether the directories above a source are made in the destination too; what
   *     stands before {@code /./} in a source is not
   */
  record Copy(
      Origin from, List<String> sources, List<Heredoc> inline, boolean parents, Placement placement)
      implements Operation {
    /** Copies the lists. */
    public Copy {
      sources = List.copyOf(sources);
      inline = List.copyOf(inline);
    }
  }

  /**
   * Copies files, unpacks archives, downloads.
   *
   * @param inline here-documents, copied as files of their names
   * @param checksum {@code algorithm:hex} of the only source, a URL; or the commit of a Git source
   * @param keepGitDir whether {@code .git} of a Git source is copied too; absent: what the source
   *     says, else not
   * @param unpack whether archives are unpacked; absent: local ones are, downloaded ones are not
   */
  record Add(
      List<AddSource> sources,
      List<Heredoc> inline,
      @Nullable String checksum,
      @Nullable Boolean keepGitDir,
      @Nullable Boolean unpack,
      Placement placement)
      implements Operation {
    /** Copies the lists. */
    public Add {
      sources = List.copyOf(sources);
      inline = List.copyOf(inline);
    }
  }

  /** Makes a directory and its parents where missing, for the given user. */
  record MakeDirectory(String path, String user) implements Operation {}

  /**
   * Where and how files arrive.
   *
   * @param destination absolute; a slash at the end says that it is a directory
   * @param chown {@code user[:group]} by name or number
   * @param mode what becomes of the permission bits of everything copied
   * @param link whether the files make a layer of their own, whatever is below
   * @param excludes patterns of what is not copied, as in {@code .dockerignore}
   */
  record Placement(
      String destination,
      @Nullable String chown,
      @Nullable ModeChange mode,
      boolean link,
      List<String> excludes) {
    /** Copies the list. */
    public Placement {
      excludes = List.copyOf(excludes);
    }
  }

  /**
   * A file, executable and read-only, that exists only while a process runs.
   *
   * @param path absolute
   */
  record Script(String path, String content) {}

  /**
   * What a process finds.
   *
   * @param env all of it, args included
   * @param keyed the part of {@code env} that decides whether a cached layer fits
   */
  record Environment(
      Map<String, String> env, Map<String, String> keyed, String workdir, String user) {}
}
