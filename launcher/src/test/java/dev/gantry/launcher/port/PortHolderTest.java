package dev.gantry.launcher.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PortHolderTest {
  private static final List<String> TABLE =
      List.of(
          "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
          "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4242 1 0",
          "   1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000 0 0 4343 1 0",
          "   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4444 1 0");

  @Test
  void onlyListenersCount() {
    assertThat(PortHolder.listening(TABLE, 8080)).containsExactly("socket:[4242]");
  }

  @Test
  void aPortInNoLineHasNoListener() {
    assertThat(PortHolder.listening(TABLE, 80)).isEmpty();
  }
}
