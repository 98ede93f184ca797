package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.GoValues;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A tree of a Git repository.
 *
 * @param remote what {@code git fetch} understands, without fragment and query
 * @param ref branch, tag or commit; absent: the remote's HEAD
 * @param subdirectory within the tree; absent: all of it
 * @param commit that the ref must be, whole or its beginning; absent: any
 * @param keepGitDir whether the source itself says that {@code .git} stays; absent: it does not say
 * @param submodules whether the source itself says that submodules are fetched; absent: it does not
 *     say
 */
public record GitReference(
    String remote,
    @Nullable String ref,
    @Nullable String subdirectory,
    @Nullable String commit,
    @Nullable Boolean keepGitDir,
    @Nullable Boolean submodules) {
  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://.*");
  private static final Pattern SCP =
      Pattern.compile("([\\w.-]+@[a-zA-Z0-9.-]+:[^?#]+)(?:\\?([^#]*))?(?:#(.*))?");
  private static final Set<String> QUERIES =
      Set.of("ref", "tag", "branch", "subdir", "commit", "checksum", "keep-git-dir", "submodules");

  /**
   * Reads a source as Docker does: {@code https://host/repository.git}, {@code git://…}, {@code
   * ssh://…} or {@code user@host:path}, then {@code ?query} and {@code #ref:subdirectory}. Empty
   * where the text is no Git source.
   *
   * @throws IllegalArgumentException where it is one, but a query or fragment of it is wrong
   */
  public static Optional<GitReference> parse(String text) {
    Matcher scheme = SCHEME.matcher(text);
    if (!scheme.matches()) {
      Matcher scp = SCP.matcher(text);
      return scp.matches()
          ? Optional.of(of(scp.group(1), scp.group(2), scp.group(3)))
          : Optional.empty();
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
    String path = uri.getPath() == null ? "" : uri.getPath();
    return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
      case "http", "https" -> path.endsWith(".git") ? Optional.of(of(uri)) : Optional.empty();
      case "git", "ssh" -> Optional.of(of(uri));
      default -> Optional.empty();
    };
  }

  /** The same, which must be at this commit. */
  public GitReference at(String wanted) {
    return new GitReference(remote, ref, subdirectory, wanted, keepGitDir, submodules);
  }

  private static GitReference of(URI uri) {
    String whole = uri.toString();
    int query = whole.indexOf('?');
    int fragment = whole.indexOf('#');
    int end = query < 0 || (fragment >= 0 && fragment < query) ? fragment : query;
    String remote = end < 0 ? whole : whole.substring(0, end);
    return of(remote, uri.getRawQuery(), uri.getFragment());
  }

  private static GitReference of(String remote, @Nullable String query, @Nullable String fragment) {
    Map<String, String> queries = queries(query);
    String[] parts = fragment == null ? new String[] {""} : fragment.split(":", 2);
    String ref = one("ref", parts[0], queries.getOrDefault("ref", ""));
    String tag = prefixed("refs/tags/", queries.getOrDefault("tag", ""));
    String branch = prefixed("refs/heads/", queries.getOrDefault("branch", ""));
    if (!tag.isEmpty() && !branch.isEmpty()) {
      throw new IllegalArgumentException("branch conflicts with tag");
    }
    ref = one("ref", one("ref", ref, tag), branch);
    String commit =
        one("commit", queries.getOrDefault("commit", ""), queries.getOrDefault("checksum", ""));
    String subdirectory =
        one("subdir", parts.length < 2 ? "" : parts[1], queries.getOrDefault("subdir", ""));
    return new GitReference(
        remote,
        absentIfEmpty(ref.isEmpty() ? commit : ref),
        absentIfEmpty(subdirectory),
        absentIfEmpty(commit),
        truth("keep-git-dir", queries),
        truth("submodules", queries));
  }

  private static Map<String, String> queries(@Nullable String query) {
    Map<String, String> queries = new HashMap<>();
    if (query == null || query.isEmpty()) {
      return queries;
    }
    for (String pair : query.split("&")) {
      String[] parts = pair.split("=", 2);
      String value = parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
      if (!QUERIES.contains(parts[0])) {
        throw new IllegalArgumentException("unexpected query \"" + parts[0] + "\"");
      }
      boolean mayBeEmpty = parts[0].equals("keep-git-dir") || parts[0].equals("submodules");
      if (value.isEmpty() && !mayBeEmpty) {
        throw new IllegalArgumentException("query \"" + parts[0] + "\" has no value");
      }
      if (queries.put(parts[0], value) != null) {
        throw new IllegalArgumentException("query \"" + parts[0] + "\" has multiple values");
      }
    }
    return queries;
  }

  private static @Nullable Boolean truth(String name, Map<String, String> queries) {
    String value = queries.get(name);
    if (value == null || value.isEmpty()) {
      return value == null ? null : Boolean.TRUE;
    }
    return GoValues.truth(value)
        .orElseThrow(
            () -> new IllegalArgumentException("invalid " + name + " value: \"" + value + "\""));
  }

  private static String one(String what, String first, String second) {
    if (!first.isEmpty() && !second.isEmpty() && !first.equals(second)) {
      throw new IllegalArgumentException(
          what + " conflicts: \"" + first + "\" vs \"" + second + "\"");
    }
    return first.isEmpty() ? second : first;
  }

  private static String prefixed(String prefix, String name) {
    return name.isEmpty() || name.startsWith(prefix) ? name : prefix + name;
  }

  private static @Nullable String absentIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }
}
