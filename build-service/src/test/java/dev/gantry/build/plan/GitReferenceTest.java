package dev.gantry.build.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitReferenceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "~",
      value = {
        "https://h/a.git|https://h/a.git|~|~|~",
        "http://h/a.git#b|http://h/a.git|b|~|~",
        "https://h/a.git#b:c/d|https://h/a.git|b|c/d|~",
        "https://h/a.git#:c|https://h/a.git|~|c|~",
        "git://h/a|git://h/a|~|~|~",
        "ssh://git@h/a|ssh://git@h/a|~|~|~",
        "git@h:a/b.git#v1|git@h:a/b.git|v1|~|~",
        "git@h:a/b.git?branch=x#:d|git@h:a/b.git|refs/heads/x|d|~",
        "https://h/a.git?tag=v1|https://h/a.git|refs/tags/v1|~|~",
        "https://h/a.git?branch=x&subdir=d|https://h/a.git|refs/heads/x|d|~",
        "https://h/a.git?ref=x&commit=abcdef0|https://h/a.git|x|~|abcdef0",
        "https://h/a.git?checksum=abcdef0|https://h/a.git|abcdef0|~|abcdef0",
      })
  void aGitSourceIsRead(
      String text, String remote, String ref, String subdirectory, String commit) {
    assertThat(GitReference.parse(text))
        .contains(new GitReference(remote, ref, subdirectory, commit, null, null));
  }

  @Test
  void aSourceMaySayWhatIsKept() {
    GitReference reference =
        GitReference.parse("https://h/a.git?keep-git-dir&submodules=false").orElseThrow();
    assertThat(reference.keepGitDir()).isTrue();
    assertThat(reference.submodules()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.git",
        "./a.git",
        "https://h/a",
        "https://h/a.git/b",
        "ftp://h/a.git",
        "a:b",
        ""
      })
  void whatIsNoGitSourceIsNone(String text) {
    assertThat(GitReference.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://h/a.git?nope=1",
        "https://h/a.git?ref=",
        "https://h/a.git?ref=a&ref=b",
        "https://h/a.git?ref=a#b",
        "https://h/a.git?tag=a&branch=b",
        "https://h/a.git?subdir=a#:b",
        "https://h/a.git?submodules=perhaps"
      })
  void aQueryThatIsWrongIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> GitReference.parse(text));
  }
}
