package dev.gantry.build.plan;

import java.net.URI;

/** What an ADD takes. */
public sealed interface AddSource {
  /** Files of the context, by pattern. */
  record Local(String pattern) implements AddSource {}

  /** A file by HTTP or HTTPS. */
  record Url(URI url) implements AddSource {}

  /** A tree of a Git repository. */
  record Git(GitReference reference) implements AddSource {}
}
