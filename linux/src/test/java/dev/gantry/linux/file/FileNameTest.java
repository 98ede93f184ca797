package dev.gantry.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.LinuxException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileNameTest {
  @Test
  void aNameInUtf8IsTheSameString() {
    byte[] bytes = "grüße 🚢".getBytes(StandardCharsets.UTF_8);
    assertThat(FileName.decode(bytes)).isEqualTo("grüße 🚢");
  }

  @Test
  void aNameInUtf8ComesBack() {
    assertThat(FileName.encode("grüße 🚢")).isEqualTo("grüße 🚢".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyByteThatIsNotUtf8ComesBack() {
    byte[] bytes = {'a', (byte) 0xff, 'b', (byte) 0xc3, (byte) 0xe2, (byte) 0x82, 'c', (byte) 0xf0};
    assertThat(FileName.encode(FileName.decode(bytes))).isEqualTo(bytes);
  }

  @Test
  void twoNamesThatDifferInBrokenBytesStayDifferent() {
    assertThat(FileName.decode(new byte[] {(byte) 0xfe}))
        .isNotEqualTo(FileName.decode(new byte[] {(byte) 0xff}));
  }

  @Test
  void aSurrogateThatNoByteMadeIsRefused() {
    assertThatThrownBy(() -> FileName.encode("\ud800"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNulInANameIsRefusedRatherThanCutThere() {
    assertThatThrownBy(() -> FileName.encodeTerminated("a\0b")).isInstanceOf(LinuxException.class);
  }
}
