package dev.gantry.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DetachKeysTest {
  private final DetachKeys keys = new DetachKeys();

  @Test
  void whatIsTypedPasses() {
    assertThat(keys.filter(new byte[] {'a', 17, 'b'}, 3)).containsExactly('a', 17, 'b');
  }

  @Test
  void bothKeysLeaveAlsoOneByOne() {
    keys.filter(new byte[] {16}, 1);
    keys.filter(new byte[] {17}, 1);

    assertThat(keys.pressed()).isTrue();
  }

  @Test
  void theFirstKeyAlonePassesWithTheNext() {
    assertThat(keys.filter(new byte[] {16}, 1)).isEmpty();
    assertThat(keys.filter(new byte[] {'x'}, 1)).containsExactly(16, 'x');
  }

  @Test
  void theFirstKeyTwiceStillLeaves() {
    assertThat(keys.filter(new byte[] {16, 16, 17}, 3)).containsExactly(16);
    assertThat(keys.pressed()).isTrue();
  }
}
