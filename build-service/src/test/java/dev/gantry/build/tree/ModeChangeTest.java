package dev.gantry.build.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModeChangeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "755|0644|0755",
        "4755|0644|4755",
        "0|0644|0000",
        "07777|0|7777",
        "go-w|0666|0644",
        "+x|0644|0755",
        "a+x|0644|0755",
        "u=rwX,go=rX|0644|0644",
        "u=rwX,go=rX|0744|0755",
        "u+s|0755|4755",
        "g+s|0755|2755",
        "u+s,g-r|0755|4715",
        "+t|0755|1755",
        "g=u|0740|0770",
        "o=g-r|0750|0751",
        "=|0777|0000",
        "u=|0777|0077",
        "ug=rw|0777|0667",
        "a-st|7755|0755",
      })
  void aFilesModeBecomes(String change, String mode, String expected) {
    int changed = ModeChange.parse(change).apply(Integer.parseInt(mode, 8), false);
    assertThat(Integer.toOctalString(changed))
        .isEqualTo(Integer.toOctalString(Integer.parseInt(expected, 8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"u=rwX,go=rX|0600|0755", "=rX|2700|2555", "g-s|2755|0755", "750|2755|0750"})
  void aDirectorysModeBecomes(String change, String mode, String expected) {
    int changed = ModeChange.parse(change).apply(Integer.parseInt(mode, 8), true);
    assertThat(Integer.toOctalString(changed))
        .isEqualTo(Integer.toOctalString(Integer.parseInt(expected, 8)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "999", "17777", "a", "rwx", ",", "u+x,", "u+q", "z+x", "-1"})
  void whatIsNoModeIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModeChange.parse(text))
        .withMessageContaining("octal");
  }
}
