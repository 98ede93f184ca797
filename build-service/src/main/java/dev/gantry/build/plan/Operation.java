package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.Heredoc;
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
   * @param env all of it, args included
   * @param keyed the part of {@code env} that decides whether a cached layer fits
   */
  record Run(
      List<String> argv,
      Map<String, String> env,
      Map<String, String> keyed,
      String workdir,
      String user)
      implements Operation {}

  /**
   * Copies files.
   *
   * @param destination absolute; a slash at the end says that it is a directory
   * @param chown {@code user[:group]} by name or number
   * @param mode permission bits for everything copied
   * @param inline here-documents, copied as files of their names
   */
  record Copy(
      Origin from,
      List<String> sources,
      String destination,
      @Nullable String chown,
      @Nullable Integer mode,
      List<Heredoc> inline)
      implements Operation {}

  /** Makes a directory and its parents where missing, for the given user. */
  record MakeDirectory(String path, String user) implements Operation {}
}
