package dev.gantry.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void withoutAnythingSetItIsTheDefaultInstanceInVarLib() {
    Settings settings = Settings.from(Map.of());

    assertThat(settings.home()).isEqualTo(Path.of("/var/lib/gantry"));
    assertThat(settings.isDefaultInstance()).isTrue();
  }

  @Test
  void anotherInstanceHasADirectoryOfItsOwn() {
    assertThat(Settings.from(Map.of("GANTRY_INSTANCE", "two")).home())
        .isEqualTo(Path.of("/var/lib/gantry-two"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "-1", "http", "99999999999"})
  void aPortThatIsNoneIsRefusedByName(String value) {
    assertThatThrownBy(() -> Settings.from(Map.of("GANTRY_RUN_PORT", value)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("GANTRY_RUN_PORT=" + value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "a b", "../x", "1a", "a-name-that-is-much-too-long"})
  void anInstanceNameThatCannotNameThingsOfTheKernelIsRefused(String name) {
    assertThatThrownBy(() -> Settings.from(Map.of("GANTRY_INSTANCE", name)))
        .hasMessageContaining("GANTRY_INSTANCE");
  }

  @Test
  void aPostgresAddressHasUserAndPassword() {
    PostgresAddress address = PostgresAddress.parse("me:s3cret@db.example:5432");

    assertThat(address).isEqualTo(new PostgresAddress("db.example", 5432, "me", "s3cret"));
  }

  @Test
  void aPostgresAddressIsPrintedWithoutItsPassword() {
    assertThat(PostgresAddress.parse("me:s3cret@db:5432").toString()).doesNotContain("s3cret");
  }

  @Test
  void aMalformedPostgresAddressIsRefusedWithoutRepeatingIt() {
    assertThatThrownBy(() -> PostgresAddress.parse("me:s3cret@db"))
        .hasMessageContaining("GANTRY_POSTGRES")
        .hasMessageNotContaining("s3cret");
  }
}
