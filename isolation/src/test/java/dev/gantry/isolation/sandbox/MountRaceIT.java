package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.isolation.sandbox.SandboxSpec.Mount;
import dev.gantry.isolation.sandbox.SandboxSpec.Root;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Somebody exchanges directories of a shared volume for links while others are started in it. */
class MountRaceIT {
  private static final int STARTS = 30;

  private static SandboxFixture sandboxes;

  @BeforeAll
  static void open() throws Exception {
    sandboxes = SandboxFixture.open();
    Probes.load().install(sandboxes.layer);
  }

  @AfterAll
  static void close() throws Exception {
    sandboxes.close();
  }

  /** CVE-2021-30465. */
  @Test
  void aTargetStaysBeneathTheRootWhateverItsPathIsExchangedFor() throws Exception {
    Path secret = Files.writeString(sandboxes.directory.resolve("secret"), "secret");
    Path volume = Files.createDirectories(sandboxes.directory.resolve("volume/d")).getParent();
    Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx"));
    Mount shared = new Mount.Bind(volume, "/v", false, false);
    Sandbox racer =
        sandboxes.host.launch(
            with(
                sandboxes.shell(
                    "cd /v; ln -s ../../../../../../../.. l;"
                        + "while :; do mv d x; mv l d; mv d l; mv x d; done"),
                shared));
    List<String> reports = new ArrayList<>();

    for (int i = 0; i < STARTS; i++) {
      SandboxSpec spec =
          SandboxFixture.with(
              sandboxes.spec("gantry-probes", "inside", "host-files", "host-knobs"),
              draft -> draft.env(List.of("PATH=/bin", "PROBE_SECRET=" + secret)));
      try {
        reports.add(
            sandboxes.run(with(spec, shared, new Mount.Tmpfs("/v/d/tmp", false, ""))).stdout());
      } catch (SandboxException e) {
        assertThat(e.stage()).isEqualTo("mount-volumes"); // the path was gone just then
      }
    }

    racer.destroy();
    assertThat(reports)
        .isNotEmpty()
        .allSatisfy(
            report ->
                assertThat(Probes.findings(report).values())
                    .extracting(Probes.Finding::result)
                    .containsOnly("stopped"));
    assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
        .doesNotContain(sandboxes.directory.toString());
  }

  private static SandboxSpec with(SandboxSpec spec, Mount... mounts) {
    return SandboxFixture.with(spec, new Root(List.of(sandboxes.layer), false, List.of(mounts)));
  }
}
