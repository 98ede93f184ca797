package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.sandbox.SandboxSpec.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeMountIT {
  private SandboxFixture sandboxes;
  private Path volume;

  @BeforeEach
  void open() throws Exception {
    sandboxes = SandboxFixture.open();
    volume = Files.createDirectory(sandboxes.directory.resolve("volume"));
    Files.createDirectories(volume.resolve("a/b"));
    Files.writeString(volume.resolve("a/b/f"), "inner\n");
    Files.writeString(sandboxes.directory.resolve("secret"), "secret\n");
  }

  @AfterEach
  void close() throws Exception {
    sandboxes.close();
  }

  @Test
  void aDirectoryBeneathTheSourceIsMounted() throws Exception {
    assertThat(output(bind("a/b", false), "cat /v/f")).isEqualTo("inner\n");
  }

  @Test
  void aLinkThatStaysBeneathTheSourceIsFollowed() throws Exception {
    Files.createSymbolicLink(volume.resolve("link"), Path.of("a/b"));
    assertThat(output(bind("link", false), "cat /v/f")).isEqualTo("inner\n");
  }

  @Test
  void anAbsoluteLinkIsRefused() throws Exception {
    Files.createSymbolicLink(volume.resolve("out"), sandboxes.directory);
    assertThatThrownBy(() -> output(bind("out", false), "cat /v/secret"))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("volumes");
  }

  @Test
  void aLinkThatClimbsOutIsRefused() throws Exception {
    Files.createSymbolicLink(volume.resolve("out"), Path.of("a/../.."));
    assertThatThrownBy(() -> output(bind("out/secret", false), "cat /v"))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("volumes");
  }

  @Test
  void aPathThatClimbsOutIsRefused() {
    assertThatThrownBy(() -> output(bind("../secret", false), "cat /v"))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("volumes");
  }

  @Test
  void aSetuidBitHasNoEffectThere() throws Exception {
    assertThat(output(bind("", false), "grep ' /v ' /proc/mounts"))
        .contains("nosuid")
        .contains("nodev");
  }

  @Test
  void whatOneSandboxWritesAnotherReadsWithTheSameOwner() throws Exception {
    output(bind("", false), "echo shared > /v/f; chown 7:8 /v/f; chmod 640 /v/f");
    assertThat(output(bind("", true), "cat /v/f; stat -c '%u %g %a' /v/f"))
        .isEqualTo("shared\n7 8 640\n");
  }

  @Test
  void aLinkThatAVolumeBringsAsTheTargetOfAnotherStaysInTheSandbox() throws Exception {
    Files.createSymbolicLink(volume.resolve("trap"), Path.of("/tmp"));
    Path inner = Files.createDirectory(sandboxes.directory.resolve("inner"));
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.shell("grep -c ' /tmp/sub ' /proc/mounts"),
            new SandboxSpec.Root(
                List.of(sandboxes.layer),
                false,
                List.of(bind("", false), new Mount.Bind(inner, "/v/trap/sub", false, true))));
    assertThat(sandboxes.run(spec).stdout()).isEqualTo("1\n");
  }

  private Mount bind(String beneath, boolean readOnly) {
    return new Mount.Bind(volume, beneath, "/v", readOnly, true);
  }

  private String output(Mount mount, String script) throws Exception {
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.shell(script),
            new SandboxSpec.Root(List.of(sandboxes.layer), false, List.of(mount)));
    SandboxFixture.Result result = sandboxes.run(spec);
    return result.stdout() + result.stderr();
  }
}
