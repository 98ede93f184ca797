package dev.gantry.build.plan;

import static dev.gantry.build.plan.Plans.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.build.dockerfile.Heredoc;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
  private static Operation.Copy copy(String text) {
    return (Operation.Copy) Plans.last(text);
  }

  private static Operation.Add add(String text) {
    return (Operation.Add) Plans.last(text);
  }

  @ParameterizedTest
  @CsvSource({
    "/x,/x",
    "/x/,/x/",
    "/x/.,/x/.",
    "x,/w/x",
    "x/,/w/x/",
    "./,/w/",
    ".,/w/",
    "../x,/x",
    "./x/../y,/w/y",
    "x/.,/w/x/"
  })
  void theDestinationIsSeenFromTheWorkdir(String written, String destination) {
    assertThat(copy("WORKDIR /w\nCOPY a " + written).placement().destination())
        .isEqualTo(destination);
  }

  @Test
  void everythingIsExpanded() {
    Operation.Copy copy =
        copy("ARG v=x m=644\nCOPY --chown=$v:$v --chmod=$m --exclude=$v --link $v \"/$v\"");
    assertThat(copy.sources()).containsExactly("x");
    assertThat(copy.placement().destination()).isEqualTo("/x");
    assertThat(copy.placement().chown()).isEqualTo("x:x");
    assertThat(copy.placement().excludes()).containsExactly("x");
    assertThat(copy.placement().link()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0644,100644", "u+x,100", "4755,4755"})
  void aModeIsOctalOrSymbolic(String mode, String ignored) {
    assertThat(copy("COPY --chmod=" + mode + " a /b").placement().mode()).isNotNull();
  }

  @Test
  void aHeredocIsExpandedUnlessItsDelimiterIsQuoted() {
    String text = "ARG v=x\nCOPY <<A <<'B' /d/\n$v \\$v \"$v\"\nA\n$v\nB\n";
    assertThat(copy(text).inline())
        .extracting(Heredoc::content)
        .containsExactly("x $v \"x\"\n", "$v\n");
  }

  @Test
  void addTellsItsSourcesApart() {
    Operation.Add add =
        add(
            "ADD a.tar https://x.example/f.tgz git@x.example:a/b.git https://x.example/r.git#v1:d /x/");
    assertThat(add.sources())
        .containsExactly(
            new AddSource.Local("a.tar"),
            new AddSource.Url(URI.create("https://x.example/f.tgz")),
            new AddSource.Git(
                new GitReference("git@x.example:a/b.git", null, null, null, null, null)),
            new AddSource.Git(
                new GitReference("https://x.example/r.git", "v1", "d", null, null, null)));
  }

  @Test
  void addTakesAChecksumOfItsOnlyUrl() {
    String checksum = "sha256:" + "0123456789abcdef".repeat(4);
    assertThat(add("ARG c=" + checksum + "\nADD --checksum=$c http://x.example/f /x").checksum())
        .isEqualTo(checksum);
  }

  @Test
  void addKnowsWhatIsKeptAndUnpacked() {
    Operation.Add add = add("ADD --keep-git-dir=true --unpack=false a /x");
    assertThat(add.keepGitDir()).isTrue();
    assertThat(add.unpack()).isFalse();
    assertThat(add("ADD a /x").unpack()).isNull();
  }

  @Test
  void everyFlagIsPartOfWhatDecidesAboutTheCache() {
    List<String> canonical =
        List.of("", "--chmod=1", "--chown=1", "--link", "--exclude=x", "--parents").stream()
            .map(flag -> Plans.plan("FROM a\nCOPY " + flag + " a /b\n"))
            .map(plan -> plan.target().steps().getLast().canonical())
            .toList();
    assertThat(canonical).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY a b /c",
        "ADD a b /c",
        "COPY a <<X /c\nX",
        "COPY https://x.example/f /c",
        "COPY https://x.example/f.git /c",
        "COPY --chmod=9 a /c",
        "COPY --chmod=77777 a /c",
        "COPY --chmod=u+z a /c",
        "COPY --from=0 a /c",
        "COPY --from=7 a /c",
        "COPY --from=later a /c",
        "ADD --checksum=sha256:1 http://x.example/f /c",
        "ADD --checksum=md5:0123456789abcdef0123456789abcdef http://x.example/f /c",
        "ADD --checksum=sha256:1 a /c",
        "ADD --checksum=sha256:1 http://x.example/a http://x.example/b /c/",
        "ADD http:///f /c",
        "ADD https://x.example/r.git?nope=1 /c",
        "ADD --keep-git-dir=true https://x.example/r.git?keep-git-dir=false /c",
        "COPY $X{ /c ${",
      })
  void whatIsWrongIsRefused(String text) {
    assertThat(refused("FROM a\n" + text + "\nFROM b AS later\nFROM 0\n").line()).isEqualTo(2);
  }
}
