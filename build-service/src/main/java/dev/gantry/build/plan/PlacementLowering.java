package dev.gantry.build.plan;

import dev.gantry.build.dockerfile.At;
import dev.gantry.build.dockerfile.DockerfileException;
import dev.gantry.build.dockerfile.Heredoc;
import dev.gantry.build.dockerfile.Instruction;
import dev.gantry.build.dockerfile.WordExpander;
import dev.gantry.build.tree.ModeChange;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lowers COPY and ADD. */
final class PlacementLowering {
  private static final Pattern CHECKSUM =
      Pattern.compile("sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{7,64}");

  private final At at;
  private final WordExpander words;
  private final StageScope scope;

  PlacementLowering(At at, WordExpander words, StageScope scope) {
    this.at = at;
    this.words = words;
    this.scope = scope;
  }

  Lowered copy(Instruction.Copy copy, Origin from) {
    List<String> sources = expanded(copy.sources());
    for (String source : sources) {
      requireLocal(source);
    }
    List<Heredoc> inline = bodies(copy.heredocs());
    requireDirectory(sources.size() + inline.size(), copy.destination());
    Operation.Placement placement = placement(copy.flags().placement(), copy.destination());
    String canonical =
        "COPY"
            + (copy.flags().parents() ? " parents" : "")
            + canonical(copy.flags().placement(), placement)
            + " "
            + sources
            + " "
            + placement.destination();
    return new Lowered(
        canonical, new Operation.Copy(from, sources, inline, copy.flags().parents(), placement));
  }

  Lowered add(Instruction.Add add) {
    Instruction.AddFlags flags = add.flags();
    List<String> sources = expanded(add.sources());
    List<AddSource> kinds = sources.stream().map(this::source).toList();
    List<Heredoc> inline = bodies(add.heredocs());
    requireDirectory(sources.size() + inline.size(), add.destination());
    String checksum = expanded(flags.checksum());
    if (checksum != null && !checksum.isEmpty()) {
      requireChecksum(checksum, kinds);
    } else {
      checksum = null;
    }
    requireOneWill(flags.keepGitDir(), kinds);
    Operation.Placement placement = placement(flags.placement(), add.destination());
    String canonical =
        "ADD"
            + (checksum == null ? "" : " checksum=" + checksum)
            + (flags.keepGitDir() == null ? "" : " keep-git-dir=" + flags.keepGitDir())
            + (flags.unpack() == null ? "" : " unpack=" + flags.unpack())
            + canonical(flags.placement(), placement)
            + " "
            + sources
            + " "
            + placement.destination();
    return new Lowered(
        canonical,
        new Operation.Add(kinds, inline, checksum, flags.keepGitDir(), flags.unpack(), placement));
  }

  private String canonical(Instruction.PlacementFlags flags, Operation.Placement placement) {
    String chmod = expanded(flags.chmod());
    return (placement.chown() == null ? "" : " chown=" + placement.chown())
        + (chmod == null ? "" : " mode=" + chmod)
        + (placement.link() ? " link" : "")
        + (placement.excludes().isEmpty() ? "" : " exclude=" + placement.excludes());
  }

  private Operation.Placement placement(Instruction.PlacementFlags flags, String destination) {
    String path = words.expand(destination, scope);
    return new Operation.Placement(
        PathText.destination(scope.settings().workdir(), path),
        expanded(flags.chown()),
        mode(expanded(flags.chmod())),
        flags.link(),
        expanded(flags.excludes()));
  }

  private @Nullable ModeChange mode(@Nullable String chmod) {
    if (chmod == null || chmod.isEmpty()) {
      return null;
    }
    try {
      return ModeChange.parse(chmod);
    } catch (IllegalArgumentException e) {
      throw DockerfileException.syntax(
              at, at.spot("--chmod"), "invalid chmod parameter: '" + chmod + "'")
          .hint("it is octal between 0 and 07777, or symbolic such as u=rwX,go-w");
    }
  }

  private void requireDirectory(int count, String destination) {
    if (count <= 1) {
      return;
    }
    String path = words.expand(destination, scope);
    if (!path.endsWith("/") && !path.endsWith("/.") && !path.equals(".")) {
      throw DockerfileException.syntax(
              at,
              at.spot(destination),
              "when using "
                  + at.keyword()
                  + " with more than one source file, the destination must be a directory and"
                  + " end with a /")
          .hint("write " + destination + "/");
    }
  }

  private void requireLocal(String source) {
    if (git(source).isPresent()) {
      throw DockerfileException.syntax(
              at, at.spot(source), "source can't be a git ref for COPY: " + source)
          .hint("ADD takes Git repositories");
    }
    if (isUrl(source)) {
      throw DockerfileException.syntax(
              at, at.spot(source), "source can't be a URL for COPY: " + source)
          .hint("ADD takes URLs");
    }
  }

  private AddSource source(String text) {
    Optional<GitReference> git = git(text);
    if (git.isPresent()) {
      return new AddSource.Git(git.get());
    }
    if (!isUrl(text)) {
      return new AddSource.Local(text);
    }
    try {
      URI url = new URI(text);
      if (url.getHost() != null) {
        return new AddSource.Url(url);
      }
    } catch (URISyntaxException _) {
      // Told below, as a URL without a host is.
    }
    throw DockerfileException.syntax(at, at.spot(text), "invalid URL: " + text)
        .hint("it is http://host/path or https://host/path, other characters as %XX");
  }

  private Optional<GitReference> git(String text) {
    try {
      return GitReference.parse(text);
    } catch (IllegalArgumentException e) {
      throw DockerfileException.syntax(
              at, at.spot(text), "invalid Git source " + text + ": " + e.getMessage())
          .hint("it is https://host/repository.git#ref:directory");
    }
  }

  private static boolean isUrl(String text) {
    return text.startsWith("http://") || text.startsWith("https://");
  }

  private void requireChecksum(String checksum, List<AddSource> sources) {
    if (sources.size() != 1) {
      throw checksumProblem("checksum can't be specified for multiple sources", null);
    }
    switch (sources.getFirst()) {
      case AddSource.Local _ ->
          throw checksumProblem("checksum requires HTTP(S) or Git sources", null);
      case AddSource.Url _ -> {
        if (!CHECKSUM.matcher(checksum).matches()) {
          throw checksumProblem(
              "invalid checksum digest format: " + checksum, "it is sha256: and 64 hex digits");
        }
      }
      case AddSource.Git git -> {
        if (!COMMIT.matcher(checksum).matches()) {
          throw checksumProblem("invalid commit: " + checksum, "it is that of a commit, in hex");
        }
        String other = git.reference().commit();
        if (other != null && !other.equals(checksum)) {
          throw checksumProblem(
              "checksum mismatch \"" + checksum + "\" != \"" + other + "\"", null);
        }
      }
    }
  }

  private DockerfileException checksumProblem(String message, @Nullable String hint) {
    DockerfileException problem = DockerfileException.syntax(at, at.spot("--checksum"), message);
    return hint == null ? problem : problem.hint(hint);
  }

  private void requireOneWill(@Nullable Boolean keepGitDir, List<AddSource> sources) {
    for (AddSource source : sources) {
      if (keepGitDir != null
          && source instanceof AddSource.Git git
          && git.reference().keepGitDir() != null
          && !keepGitDir.equals(git.reference().keepGitDir())) {
        throw DockerfileException.syntax(
            at, at.spot("--keep-git-dir"), "inconsistent keep-git-dir configuration");
      }
    }
  }

  private List<String> expanded(List<String> texts) {
    return texts.stream().map(text -> words.expand(text, scope)).toList();
  }

  private @Nullable String expanded(@Nullable String text) {
    return text == null ? null : words.expand(text, scope);
  }

  private List<Heredoc> bodies(List<Heredoc> heredocs) {
    return heredocs.stream().map(this::body).toList();
  }

  /** Escapes in it are taken away by a backslash, whatever the escape of the file is. */
  private Heredoc body(Heredoc heredoc) {
    if (!heredoc.expand()) {
      return heredoc;
    }
    String content = new WordExpander('\\', at).expandBody(heredoc.content(), scope);
    return new Heredoc(heredoc.name(), content, true, heredoc.chomp(), heredoc.descriptor());
  }
}
