package dev.gantry.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OtherKernelsTest {
  private final OtherKernels kernels =
      new OtherKernels(
          Path.of("."),
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

  @Test
  void everyTestOfALaneIsCounted() {
    read(
        "lane trixie: Debian's stock kernel 6.12",
        "SUCCESSFUL CgroupIT.aProcessIsInTheGroup 12 ms",
        "FAILED CgroupIT.theGroupIsFound 3 ms",
        "SKIPPED CgroupIT.other: why",
        "lane trixie: exit status 1 after 30 s");
    assertThat(kernels.outcomes())
        .extracting(TestOutcome::result)
        .containsExactly(
            TestOutcome.Result.PASSED, TestOutcome.Result.FAILED, TestOutcome.Result.SKIPPED);
  }

  @Test
  void aGuestThatBreaksOffIsAFailure() {
    read(
        "lane trixie: Debian's stock kernel 6.12",
        "SUCCESSFUL CgroupIT.aProcessIsInTheGroup 12 ms",
        "lane trixie: exit status 124 after 900 s");
    assertThat(kernels.outcomes().getLast())
        .isEqualTo(
            new TestOutcome(
                "kernel trixie", "the lane", TestOutcome.Result.FAILED, "exit status 124"));
  }

  @Test
  void aLaneThatPassedIsNoTestOfItsOwn() {
    read("lane uml: the newest kernel in user mode", "lane uml: exit status 0 after 90 s");
    assertThat(kernels.outcomes()).isEmpty();
  }

  private void read(String... lines) {
    for (String line : lines) {
      kernels.read(line);
    }
  }
}
