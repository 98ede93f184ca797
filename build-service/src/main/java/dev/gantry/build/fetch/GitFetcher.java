package dev.gantry.build.fetch;

import dev.gantry.build.plan.GitReference;
import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.network.NetworkPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Fetches trees of Git repositories by HTTP and HTTPS. Files are never written by Git: it is asked
 * for an archive of the tree, so that nothing in a repository can mean a place on this host.
 * Submodules are not fetched: their directories stay empty. Thread-safe.
 */
public final class GitFetcher {
  private static final int NOBODY = 65_534;
  private static final int REFS_BYTES_MAX = 1 << 20;
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern REF = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./+@=-]{0,255}");
  private static final String CONFIG =
      "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";

  private final NetworkPolicy policy;
  private final Path directory;
  private final FetchLimits limits;

  /** Fetches from where the policy allows, with repositories in an existing directory. */
  public GitFetcher(NetworkPolicy policy, Path directory, FetchLimits limits) {
    this.policy = policy;
    this.directory = directory;
    this.limits = limits;
  }

  /**
   * The commit that a reference means now: a tag before a branch of the same name, as Git has it.
   *
   * @throws FetchException when there is none, or another than the reference says
   * @throws NetworkPolicy.RefusedException when the repository is where builds may not reach
   */
  public String commit(GitReference reference, Lifeline lifeline) throws IOException {
    try (Repository repository = open(reference, lifeline)) {
      return repository.resolve();
    }
  }

  /**
   * Fetches a commit that {@link #commit} named.
   *
   * @throws FetchException when the repository does not give it
   */
  public GitTree fetch(GitReference reference, String commit, Lifeline lifeline)
      throws IOException {
    Repository repository = open(reference, lifeline);
    try {
      repository.fetch(commit);
      return repository;
    } catch (IOException | RuntimeException e) {
      repository.close();
      throw e;
    }
  }

  private Repository open(GitReference reference, Lifeline lifeline) throws IOException {
    String remote = reference.remote();
    String scheme = remote.replaceFirst("://.*", "").toLowerCase(Locale.ROOT);
    if (!remote.contains("://") || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new FetchException(
          "Git repositories are fetched by https or http, not as " + shown(remote));
    }
    if (reference.ref() != null && !REF.matcher(reference.ref()).matches()) {
      throw new FetchException("not a name of a Git branch, tag or commit: " + reference.ref());
    }
    if (Boolean.TRUE.equals(reference.submodules())) {
      throw new FetchException("submodules of Git repositories are not fetched");
    }
    Path place = directory.resolve("git-" + UUID.randomUUID());
    skeleton(place);
    return new Repository(place, reference, lifeline);
  }

  private static String shown(String remote) {
    return remote.replaceFirst("//[^/@]*@", "//");
  }

  /** An empty repository, nobody's, made by hand. */
  private static void skeleton(Path place) throws IOException {
    for (String name : List.of("objects", "refs", "info")) {
      Files.createDirectories(place.resolve(name));
    }
    Files.writeString(place.resolve("HEAD"), "ref: refs/heads/main\n");
    Files.writeString(place.resolve("config"), CONFIG);
    Files.writeString(place.resolve("info/attributes"), "* -export-ignore -export-subst -filter\n");
    try (DirFd root = DirFd.open(place)) {
      for (String path :
          List.of("", "objects", "refs", "info", "HEAD", "config", "info/attributes")) {
        root.chown(path, NOBODY, NOBODY);
      }
    }
  }

  /** A repository with a commit, as long as it is open. */
  public interface GitTree extends AutoCloseable {
    /** A tar of the tree, or of a directory in it; to be read to its end. */
    InputStream archive() throws IOException;

    /**
     * The repository itself, as it would be in a working tree; it goes with this.
     *
     * @throws FetchException when Git cannot make it
     */
    Path gitDirectory() throws IOException;

    @Override
    void close() throws IOException;
  }

  private final class Repository implements GitTree {
    private final Path place;
    private final GitReference reference;
    private final SocksGate gate;
    private final GitCommand git;
    private String commit = "";

    Repository(Path place, GitReference reference, Lifeline lifeline) throws IOException {
      this.place = place;
      this.reference = reference;
      this.gate = SocksGate.open(policy, limits.silenceMax());
      this.git = new GitCommand(place, gate.url(), limits, lifeline);
    }

    String resolve() throws IOException {
      String ref = reference.ref() == null ? "HEAD" : reference.ref();
      if (COMMIT.matcher(ref).matches()) {
        return required(ref);
      }
      GitCommand.Result listed =
          git.run(REFS_BYTES_MAX, "ls-remote", "--", reference.remote(), ref, ref + "^{}");
      if (!listed.succeeded()) {
        throw failed(listed);
      }
      Map<String, String> refs = new LinkedHashMap<>();
      for (String line : listed.output().lines().toList()) {
        String[] fields = line.split("\t", 2);
        if (fields.length == 2 && COMMIT.matcher(fields[0]).matches()) {
          refs.put(fields[1], fields[0]);
        }
      }
      return required(
          chosen(refs, ref)
              .orElseThrow(
                  () ->
                      new FetchException(
                          shown(reference.remote()) + " has no branch or tag " + ref)));
    }

    private static Optional<String> chosen(Map<String, String> refs, String ref) {
      return List.of("refs/tags/" + ref, ref, "refs/" + ref, "refs/heads/" + ref).stream()
          .filter(refs::containsKey)
          .map(name -> refs.getOrDefault(name + "^{}", refs.getOrDefault(name, "")))
          .findFirst();
    }

    /** The commit, if it is the one that the reference asks for. */
    private String required(String found) throws FetchException {
      String wanted = reference.commit();
      if (wanted != null && !found.startsWith(wanted.toLowerCase(Locale.ROOT))) {
        throw new FetchException(
            shown(reference.remote()) + " is at commit " + found + ", not at " + wanted);
      }
      return found;
    }

    private FetchException failed(GitCommand.Result result) {
      String why = gate.failure().map(Throwable::getMessage).orElseGet(result::complaint);
      return new FetchException(shown(reference.remote()) + ": " + why);
    }

    /** Of the commit alone where the server can, else of every branch and tag. */
    void fetch(String wanted) throws IOException {
      String remote = reference.remote();
      GitCommand.Result fetched =
          git.run(0, "fetch", "--quiet", "--depth=1", "--no-tags", "--", remote, wanted);
      if (!fetched.succeeded()) {
        fetched =
            git.run(
                0,
                "fetch",
                "--quiet",
                "--no-tags",
                "--",
                remote,
                "+refs/heads/*:refs/remotes/origin/*",
                "+refs/tags/*:refs/tags/*");
      }
      if (!fetched.succeeded()) {
        throw failed(fetched);
      }
      GitCommand.Result there = git.run(0, "cat-file", "-e", wanted + "^{commit}");
      if (!there.succeeded()) {
        throw new FetchException(shown(remote) + " has no commit " + wanted);
      }
      commit = wanted;
    }

    @Override
    public InputStream archive() throws IOException {
      GitCommand.Running running = git.start("archive", "--format=tar", treeish());
      return new CommandOutput(running, shown(reference.remote()));
    }

    private String treeish() throws IOException {
      String subdirectory = reference.subdirectory();
      if (subdirectory == null || subdirectory.isEmpty()) {
        return commit;
      }
      String treeish = commit + ":" + subdirectory.replaceAll("^(\\./|/)+|/+$", "");
      GitCommand.Result kind = git.run(64, "cat-file", "-t", treeish);
      if (!kind.output().strip().equals("tree")) {
        throw new FetchException(
            shown(reference.remote()) + " has no directory " + subdirectory + " at " + commit);
      }
      return treeish;
    }

    @Override
    public Path gitDirectory() throws IOException {
      try (DirFd root = DirFd.open(place)) {
        root.deleteTree("info/attributes");
        root.unlink("config");
      }
      Files.writeString(
          place.resolve("config"),
          CONFIG.replace("bare = true", "bare = false")
              + "[remote \"origin\"]\n\turl = "
              + shown(reference.remote())
              + "\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n");
      Files.writeString(place.resolve("HEAD"), commit + "\n", StandardCharsets.US_ASCII);
      GitCommand.Result index = git.run(0, "read-tree", commit);
      if (!index.succeeded()) {
        throw failed(index);
      }
      Files.deleteIfExists(place.resolve("FETCH_HEAD"));
      return place;
    }

    @Override
    public void close() throws IOException {
      gate.close();
      try (DirFd parent = DirFd.open(directory)) {
        parent.deleteTree(place.getFileName().toString());
      }
    }
  }
}
