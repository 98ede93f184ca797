package dev.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done to the registry's store. */
class StoreCommandTest {
  private static final String COLLECTED =
      "{\"dryRun\":false,\"seconds\":0.25,\"manifests\":1,\"links\":3,\"blobs\":2,"
          + "\"freedBytes\":2048,\"uploads\":0,\"keptLinks\":5,\"keptBlobs\":4}";
  private static final String CLEAN =
      "{\"running\":false,\"seconds\":1.5,\"blobs\":2,\"readBytes\":2048}";
  private static final String ROTTEN =
      "{\"running\":false,\"blobs\":2,\"corruptBlobs\":1,\"corrupt\":[\"sha256:12\"]}";

  private Shell shell;

  @BeforeEach
  void start() throws Exception {
    shell = new Shell();
  }

  @AfterEach
  void stop() {
    shell.close();
  }

  @Test
  void gcSaysWhatItDeleted() {
    shell.service().on("POST /v1/gc", 200, COLLECTED);

    assertThat(shell.execute("gc")).isZero();

    assertThat(shell.out())
        .isEqualTo(
            "deleted 2 blobs (2.0 KiB), 3 links, 1 manifests, 0 uploads in 250 ms;"
                + " kept as new: 4 blobs, 5 links\n");
    assertThat(shell.service().lines()).containsExactly("POST /v1/gc?dryRun=false");
  }

  @Test
  void gcAsksForADryRun() {
    shell.service().on("POST /v1/gc", 200, COLLECTED.replace("false", "true"));

    shell.execute("gc --dry-run");

    assertThat(shell.out()).startsWith("would delete 2 blobs");
    assertThat(shell.service().lines()).containsExactly("POST /v1/gc?dryRun=true");
  }

  @Test
  void gcTakesManifestsWithoutATagOfAnAge() {
    shell.service().on("POST /v1/gc", 200, COLLECTED);

    shell.execute("gc --untagged=2h");
    shell.execute("gc --untagged");

    assertThat(shell.service().lines())
        .containsExactly(
            "POST /v1/gc?dryRun=false&untaggedSeconds=7200",
            "POST /v1/gc?dryRun=false&untaggedSeconds=0");
  }

  @Test
  void gcFailsWhileAnotherRuns() {
    shell
        .service()
        .on("POST /v1/gc", 409, "{\"status\":409,\"title\":\"another collection is running\"}");

    assertThat(shell.execute("gc")).isEqualTo(1);
    assertThat(shell.err()).contains("another collection is running");
  }

  @Test
  void scrubWaitsForItsEnd() {
    shell
        .service()
        .on("POST /v1/scrub", 202, "{\"running\":true}")
        .on("GET /v1/scrub", 200, "{\"running\":true}")
        .on("GET /v1/scrub", 200, CLEAN);

    assertThat(shell.execute("scrub")).isZero();
    assertThat(shell.out()).isEqualTo("read 2 blobs (2.0 KiB) in 1.5 s: 0 corrupt, 0 missing\n");
  }

  @Test
  void scrubNamesWhatIsCorruptAndFails() {
    shell.service().on("POST /v1/scrub", 202, ROTTEN);

    assertThat(shell.execute("scrub")).isEqualTo(1);
    assertThat(shell.out()).contains("corrupt sha256:12");
  }
}
