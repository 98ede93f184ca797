package dev.gantry.image.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Pace.Watch watch = new Pace(100, Duration.ofSeconds(10)).start(nanos::get);

  @Test
  void anyRateIsPutUpWithAtFirst() {
    nanos.set(Duration.ofSeconds(10).toNanos());
    assertThat(watch.tooSlow(0)).isFalse();
  }

  @Test
  void aTrickleIsCutOff() {
    nanos.set(Duration.ofSeconds(20).toNanos());
    assertThat(watch.tooSlow(999)).isTrue();
  }

  @Test
  void theMinimalRateIsEnough() {
    nanos.set(Duration.ofSeconds(20).toNanos());
    assertThat(watch.tooSlow(1000)).isFalse();
  }
}
