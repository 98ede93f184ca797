package dev.gantry.build.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.build.plan.GitReference;
import dev.gantry.oci.network.NetworkPolicy;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class GitFetcherIT {
  @TempDir Path directory;
  private GitServer server;
  private Path repositories;
  private GitFetcher fetcher;
  private String first;
  private String second;

  @BeforeEach
  void start() throws Exception {
    Path served = Files.createDirectory(directory.resolve("served"));
    repositories = Files.createDirectory(directory.resolve("repositories"));
    server = new GitServer(served);
    first =
        server
            .file("a.txt", "one")
            .file("sub/b.txt", "two")
            .file(".gitattributes", "b.txt export-ignore\n")
            .link("sub/link", "../a.txt")
            .commit("v1");
    second = server.file("a.txt", "changed").commit("v2");
    fetcher =
        new GitFetcher(
            NetworkPolicy.of(List.of("127.0.0.1")), repositories, FetchLimits.of(1 << 26));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    try (Stream<Path> left = Files.list(repositories)) {
      assertThat(left).isEmpty();
    }
  }

  private GitReference reference(String ref, String subdirectory) {
    return new GitReference(server.url(), ref, subdirectory, null, null, null);
  }

  private Map<String, String> files(GitReference reference) throws IOException {
    String commit = fetcher.commit(reference, new Lifeline());
    Map<String, String> files = new TreeMap<>();
    try (GitFetcher.GitTree tree = fetcher.fetch(reference, commit, new Lifeline());
        InputStream archive = tree.archive()) {
      TarReader reader = new TarReader(new BufferedInputStream(archive));
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        byte[] content = new byte[(int) entry.size()];
        reader.read(content, 0, content.length);
        files.put(entry.name(), new String(content, StandardCharsets.UTF_8) + entry.linkName());
      }
    }
    return files;
  }

  @Test
  void withoutARefTheHeadIsFetched() throws IOException {
    assertThat(files(reference(null, null)))
        .containsEntry("a.txt", "changed")
        .containsEntry("sub/b.txt", "two")
        .containsEntry("sub/link", "../a.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "refs/tags/v1", "tags/v1"})
  void aTagMeansItsCommit(String ref) throws IOException {
    assertThat(fetcher.commit(reference(ref, null), new Lifeline())).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "refs/heads/main", "HEAD"})
  void aBranchMeansItsLastCommit(String ref) throws IOException {
    assertThat(fetcher.commit(reference(ref, null), new Lifeline())).isEqualTo(second);
  }

  @Test
  void anOlderCommitCanBeNamed() throws IOException {
    assertThat(files(reference(first, null))).containsEntry("a.txt", "one");
  }

  @Test
  void aSubdirectoryIsTheRoot() throws IOException {
    assertThat(files(reference("v1", "/sub/"))).containsOnlyKeys("b.txt", "link");
  }

  @Test
  void theRepositoryCanBeKept() throws IOException {
    GitReference reference = reference("v1", null);
    try (GitFetcher.GitTree tree = fetcher.fetch(reference, first, new Lifeline())) {
      Path kept = tree.gitDirectory();
      assertThat(Files.readString(kept.resolve("HEAD"))).startsWith(first);
      assertThat(kept.resolve("index")).exists();
    }
  }

  @Test
  void anotherCommitThanTheOneAskedForIsRefused() {
    GitReference reference =
        new GitReference(server.url(), "main", null, first.substring(0, 12), null, null);
    assertThatExceptionOfType(FetchException.class)
        .isThrownBy(() -> fetcher.commit(reference, new Lifeline()))
        .withMessageContaining(second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "--upload-pack=touch /tmp/x", "-f", "a b", "refs/../x"})
  void aRefThatIsNotThereIsToldAndNeverAnOption(String ref) {
    assertThatExceptionOfType(FetchException.class)
        .isThrownBy(() -> fetcher.commit(reference(ref, null), new Lifeline()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc",
        "/etc",
        "ext::sh -c id",
        "ssh://example.org/x.git",
        "git@example.org:x.git",
        "git://example.org/x.git",
        "ftp://example.org/x.git"
      })
  void otherProtocolsAreRefused(String remote) {
    GitReference reference = new GitReference(remote, null, null, null, null, null);
    assertThatExceptionOfType(FetchException.class)
        .isThrownBy(() -> fetcher.commit(reference, new Lifeline()))
        .withMessageContaining("https");
  }

  @Test
  void anAddressThatBuildsMayNotReachIsRefused() {
    GitFetcher strict = new GitFetcher(NetworkPolicy.PUBLIC, repositories, FetchLimits.of(1 << 20));
    assertThatExceptionOfType(FetchException.class)
        .isThrownBy(() -> strict.commit(reference("main", null), new Lifeline()))
        .withMessageContaining("gantry.build.allow-networks");
  }

  @Test
  void aMissingSubdirectoryIsTold() {
    assertThatExceptionOfType(FetchException.class)
        .isThrownBy(() -> files(reference("v1", "nowhere")))
        .withMessageContaining("nowhere");
  }
}
