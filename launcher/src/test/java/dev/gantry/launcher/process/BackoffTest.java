package dev.gantry.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void pausesDoubleAndAreBounded() {
    Backoff backoff = new Backoff();
    Duration last = Duration.ZERO;

    for (int i = 0; i < 20; i++) {
      last = backoff.after(Duration.ofSeconds(1));
    }

    assertThat(last).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aLongLifeIsForgiven() {
    Backoff backoff = new Backoff();
    for (int i = 0; i < 20; i++) {
      backoff.after(Duration.ofSeconds(1));
    }

    assertThat(backoff.after(Duration.ofHours(1))).isEqualTo(Duration.ofMillis(100));
  }
}
