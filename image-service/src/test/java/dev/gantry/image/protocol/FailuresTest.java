package dev.gantry.image.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void aDatabaseThatIsAwayIsWorthAnotherTry() {
    Throwable failure = new IllegalStateException(new RuntimeException(new SQLException("gone")));
    assertThat(Failures.refusal(failure).status()).isEqualTo(503);
  }

  @Test
  void aFullDiskIsNamed() {
    IOException full = new IOException("No space left on device");
    assertThat(Failures.refusal(new UncheckedIOException(full)).status()).isEqualTo(507);
  }

  @Test
  void aBugTellsNothing() {
    Refusal refusal = Failures.refusal(new IllegalStateException("secret"));
    assertThat(refusal).isEqualTo(new Refusal(ErrorCode.UNKNOWN, 500, "internal error"));
  }

  @Test
  void aCycleOfCausesEnds() {
    Exception first = new Exception("first");
    first.initCause(new Exception("second", first));
    assertThat(Failures.refusal(first).status()).isEqualTo(500);
  }
}
