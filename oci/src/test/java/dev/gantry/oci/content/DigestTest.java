package dev.gantry.oci.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final String EMPTY =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @Test
  void aDigestIsWrittenAsItIsRead() {
    assertThat(Digest.parse(EMPTY)).hasToString(EMPTY);
  }

  @Test
  void theDigestOfNothingIsKnown() {
    assertThat(Digest.of(new byte[0])).hasToString(EMPTY);
  }

  @Test
  void aSha512DigestHasItsOwnLength() {
    Digest digest = Digest.of(Digest.Algorithm.SHA512, new byte[0]);
    assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
  }

  @Test
  void aDigestMadeInPiecesIsTheSame() {
    Digester digester = new Digester();
    digester.update(new byte[] {1, 2, 3, 4}, 1, 2);
    assertThat(digester.finish()).isEqualTo(Digest.of(new byte[] {2, 3}));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256",
        "sha256:",
        "sha256:abc",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:../../../../../../../../../../../../../../../../../../../../../../",
      })
  void malformedDigestsAreRefused(String text) {
    assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
