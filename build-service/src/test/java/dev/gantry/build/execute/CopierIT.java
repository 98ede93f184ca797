package dev.gantry.build.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.build.tree.ModeChange;
import dev.gantry.build.tree.Patterns;
import dev.gantry.build.tree.RootfsTree;
import dev.gantry.build.tree.Selection;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a COPY leaves, path by path, as the Dockerfile reference and BuildKit have it. */
class CopierIT {
  private static final Instant LONG_AGO = Instant.ofEpochSecond(1_500_000_000);

  @TempDir Path directory;
  private Path source;
  private Path image;
  private DirFd from;
  private DirFd to;
  private @Nullable Owner owner;
  private @Nullable ModeChange mode;
  private List<String> excludes = List.of();
  private boolean parents;

  @BeforeEach
  void open() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    image = Files.createDirectory(directory.resolve("image"));
    from = DirFd.open(source);
    to = DirFd.open(image);
  }

  @AfterEach
  void close() {
    from.close();
    to.close();
  }

  private void file(String path, String content) throws IOException {
    Path file = source.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    from.chmod(path, 0644);
  }

  private void copy(String argument, String destination) throws IOException {
    Patterns left = Patterns.of(excludes);
    RootfsTree tree = new RootfsTree(from);
    Copier copier = new Copier(to, owner, mode, new Cancellation());
    List<Selection> selected =
        parents ? Selection.withParents(tree, argument, left) : Selection.of(tree, argument, left);
    for (Selection selection : selected) {
      copier.copy(selection, destination, destination.endsWith("/"));
    }
    copier.finish();
  }

  /** Every path in the image, directories with a slash. */
  private List<String> tree() throws IOException {
    try (Stream<Path> paths = Files.walk(image)) {
      return paths
          .filter(path -> !path.equals(image))
          .map(
              path ->
                  image.relativize(path)
                      + (Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                          ? "/"
                          : ""))
          .sorted()
          .toList();
    }
  }

  private String owner(String path) throws IOException {
    FileStatus status = to.stat(path);
    return status.uid() + ":" + status.gid();
  }

  private String mode(String path) throws IOException {
    return Integer.toOctalString(to.stat(path).mode());
  }

  private String content(String path) throws IOException {
    return Files.readString(image.resolve(path));
  }

  @Test
  void aFileGetsTheNameOfTheDestination() throws IOException {
    file("a", "1");
    copy("a", "/x/y");
    assertThat(tree()).containsExactly("x/", "x/y");
  }

  @Test
  void aFileKeepsItsNameInADirectory() throws IOException {
    file("a", "1");
    copy("a", "/x/");
    assertThat(tree()).containsExactly("x/", "x/a");
  }

  @Test
  void aFileGoesIntoADirectoryThatIsThere() throws IOException {
    file("a", "1");
    Files.createDirectory(image.resolve("x"));
    copy("a", "/x");
    assertThat(tree()).containsExactly("x/", "x/a");
  }

  @Test
  void theContentOfADirectoryIsCopiedNotItself() throws IOException {
    file("d/a", "1");
    file("d/e/b", "2");
    copy("d", "/x");
    assertThat(tree()).containsExactly("x/", "x/a", "x/e/", "x/e/b");
  }

  @Test
  void aWildcardThatMatchesADirectoryCopiesItsContent() throws IOException {
    file("d1/a", "1");
    file("d2/b", "2");
    file("e", "3");
    copy("d*", "/x/");
    assertThat(tree()).containsExactly("x/", "x/a", "x/b");
  }

  @Test
  void aWildcardThatMatchesNothingCopiesNothing() throws IOException {
    file("a", "1");
    copy("b*", "/x/");
    assertThat(tree()).isEmpty();
  }

  @Test
  void aBracketTakesAWildcardAsItIs() throws IOException {
    file("arr[0].txt", "1");
    file("arr0.txt", "2");
    copy("arr[[]0].txt", "/");
    assertThat(tree()).containsExactly("arr[0].txt");
  }

  @Test
  void linksInADirectoryStayLinks() throws IOException {
    file("d/a", "1");
    Files.createSymbolicLink(source.resolve("d/l"), Path.of("/etc/passwd"));
    copy("d", "/x");
    assertThat(Files.readSymbolicLink(image.resolve("x/l"))).isEqualTo(Path.of("/etc/passwd"));
  }

  @Test
  void aLinkThatIsNamedIsFollowedInsideTheSource() throws IOException {
    file("a", "1");
    Files.createSymbolicLink(source.resolve("l"), Path.of("/a"));
    copy("l", "/x/");
    assertThat(content("x/l")).isEqualTo("1");
    assertThat(Files.isSymbolicLink(image.resolve("x/l"))).isFalse();
  }

  @Test
  void aLinkOutOfTheSourceLeadsNowhere() throws IOException {
    Files.createSymbolicLink(source.resolve("l"), Path.of("../../../../../../etc/passwd"));
    copy("l", "/x");
    assertThat(tree()).isEmpty();
  }

  @Test
  void aLinkInTheImageIsFollowedInsideTheImage() throws IOException {
    file("a", "1");
    Files.createDirectory(image.resolve("real"));
    Files.createSymbolicLink(image.resolve("link"), Path.of("/real"));
    copy("a", "/link/");
    assertThat(tree()).containsExactly("link", "real/", "real/a");
  }

  @Test
  void aLinkInPlaceOfAFileIsReplacedNotFollowed() throws IOException {
    file("d/a", "new");
    Files.createDirectory(image.resolve("x"));
    Files.writeString(image.resolve("victim"), "old");
    Files.createSymbolicLink(image.resolve("x/a"), Path.of("/victim"));
    copy("d", "/x");
    assertThat(content("victim")).isEqualTo("old");
    assertThat(content("x/a")).isEqualTo("new");
  }

  @Test
  void aDirectoryOverALinkToADirectoryGoesThere() throws IOException {
    file("d/lib/a", "1");
    Files.createDirectories(image.resolve("usr/lib"));
    Files.createSymbolicLink(image.resolve("lib"), Path.of("usr/lib"));
    copy("d", "/");
    assertThat(tree()).containsExactly("lib", "usr/", "usr/lib/", "usr/lib/a");
  }

  @Test
  void aDirectoryOverAFileIsRefused() throws IOException {
    file("d/x/a", "1");
    Files.writeString(image.resolve("x"), "file");
    assertThatExceptionOfType(Copier.CopyRefusedException.class).isThrownBy(() -> copy("d", "/"));
  }

  @Test
  void aDirectoryToAFileIsRefused() throws IOException {
    file("d/a", "1");
    Files.writeString(image.resolve("x"), "file");
    assertThatExceptionOfType(Copier.CopyRefusedException.class).isThrownBy(() -> copy("d", "/x"));
  }

  @Test
  void aFileOverADirectoryIsRefused() throws IOException {
    file("d/x", "1");
    Files.createDirectory(image.resolve("x"));
    assertThatExceptionOfType(Copier.CopyRefusedException.class).isThrownBy(() -> copy("d", "/"));
  }

  @Test
  void theDestinationThatIsThereIsNotReowned() throws IOException {
    file("d/a", "1");
    to.mkdir("x", 0700);
    to.chown("x", 500, 600);
    owner = new Owner(1, 2);
    copy("d", "/x");
    assertThat(owner("x") + " " + mode("x")).isEqualTo("500:600 700");
    assertThat(owner("x/a")).isEqualTo("1:2");
  }

  @Test
  void aDirectoryInItThatIsThereGetsOwnerAndModeOfItsSource() throws IOException {
    file("d/e/a", "1");
    from.chmod("d/e", 0750);
    to.mkdir("x", 0700);
    to.mkdir("x/e", 0700);
    to.chown("x/e", 500, 600);
    owner = new Owner(1, 2);
    copy("d", "/x");
    assertThat(owner("x/e") + " " + mode("x/e")).isEqualTo("1:2 750");
  }

  @Test
  void directoriesThatAreMadeBelongToTheOwnerAskedFor() throws IOException {
    file("a", "1");
    owner = new Owner(1, 2);
    copy("a", "/x/y/");
    assertThat(owner("x") + " " + mode("x") + " " + owner("x/y")).isEqualTo("1:2 755 1:2");
  }

  @Test
  void withoutAnOwnerThatOfTheSourceStays() throws IOException {
    file("d/a", "1");
    from.chown("d/a", 7, 8);
    copy("d", "/x");
    assertThat(owner("x/a") + " " + owner("x")).isEqualTo("7:8 0:0");
  }

  @Test
  void setuidIsKept() throws IOException {
    file("a", "1");
    from.chmod("a", 04755);
    owner = new Owner(1, 2);
    copy("a", "/a");
    assertThat(mode("a")).isEqualTo("4755");
  }

  @Test
  void anOctalModeIsThatOfEverythingCopied() throws IOException {
    file("d/e/a", "1");
    mode = ModeChange.parse("700");
    copy("d", "/x");
    assertThat(mode("x") + " " + mode("x/e") + " " + mode("x/e/a")).isEqualTo("755 700 700");
  }

  @Test
  void aSymbolicModeChangesThatOfTheSource() throws IOException {
    file("d/e/a", "1");
    from.chmod("d/e/a", 0666);
    mode = ModeChange.parse("go-w,u+X");
    copy("d", "/x");
    assertThat(mode("x/e") + " " + mode("x/e/a")).isEqualTo("755 644");
  }

  @Test
  void timesAreThoseOfTheSource() throws IOException {
    file("d/e/a", "1");
    from.setTimes("d/e/a", LONG_AGO);
    from.setTimes("d/e", LONG_AGO.plusSeconds(1));
    copy("d", "/x");
    assertThat(to.stat("x/e/a").modified()).isEqualTo(LONG_AGO);
    assertThat(to.stat("x/e").modified()).isEqualTo(LONG_AGO.plusSeconds(1));
  }

  @Test
  void namesOfOneFileStayNamesOfOneFile() throws IOException {
    file("d/a", "1");
    Files.createLink(source.resolve("d/b"), source.resolve("d/a"));
    copy("d", "/x");
    assertThat(to.stat("x/a").inode()).isEqualTo(to.stat("x/b").inode());
  }

  @Test
  void whatIsExcludedIsNotCopied() throws IOException {
    file("d/a.txt", "1");
    file("d/e/b.txt", "2");
    file("d/e/c.md", "3");
    excludes = List.of("**/*.txt", "gone");
    copy("d", "/x");
    assertThat(tree()).containsExactly("x/", "x/e/", "x/e/c.md");
  }

  @Test
  void anExcludedDirectoryIsMadeForWhatIsTakenBack() throws IOException {
    file("d/e/a", "1");
    file("d/e/b", "2");
    file("d/f/a", "3");
    excludes = List.of("*", "!e/b");
    copy("d", "/x");
    assertThat(tree()).containsExactly("x/", "x/e/", "x/e/b");
  }

  @Test
  void aFileThatIsNamedCanBeExcludedByItsName() throws IOException {
    file("hom.txt", "1");
    file("home.md", "2");
    file("homes", "3");
    excludes = List.of("*.txt", "*.md");
    copy("hom*", "/x/");
    assertThat(tree()).containsExactly("x/", "x/homes");
  }

  @Test
  void parentsAreMadeInTheDestination() throws IOException {
    file("a/b/c/f", "1");
    file("a/b/c/g", "2");
    file("a/b/x", "3");
    from.chmod("a/b", 0711);
    parents = true;
    copy("a/b/c/f", "/out");
    assertThat(tree()).containsExactly("out/", "out/a/", "out/a/b/", "out/a/b/c/", "out/a/b/c/f");
    assertThat(mode("out/a/b")).isEqualTo("711");
  }

  @Test
  void parentsBeforeThePivotAreNot() throws IOException {
    file("test/a/b/c/d/f", "1");
    file("test/a/b/e", "2");
    parents = true;
    copy("/test/a/b/./c/d", "/out/");
    assertThat(tree()).containsExactly("out/", "out/c/", "out/c/d/", "out/c/d/f");
  }

  @Test
  void wildcardsStandOnBothSidesOfThePivot() throws IOException {
    file("t/b/c/d/e/bay", "1");
    file("t/b2/c/d/e/bar", "2");
    file("t/b2/c/d/other", "3");
    parents = true;
    copy("/t/b*/./c/**/e", "/out/");
    assertThat(tree())
        .containsExactly(
            "out/", "out/c/", "out/c/d/", "out/c/d/e/", "out/c/d/e/bar", "out/c/d/e/bay");
  }

  @Test
  void parentsWithExcludesLeaveThoseOut() throws IOException {
    file("a/b/f.txt", "1");
    file("a/b/g.md", "2");
    parents = true;
    excludes = List.of("**/*.md");
    copy("a", "/out/");
    assertThat(tree()).containsExactly("out/", "out/a/", "out/a/b/", "out/a/b/f.txt");
  }
}
