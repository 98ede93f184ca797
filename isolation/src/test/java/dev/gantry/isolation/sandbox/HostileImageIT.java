package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.sandbox.SandboxSpec.Mount;
import dev.gantry.isolation.sandbox.SandboxSpec.Root;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are made to lead whoever starts them out of the sandbox. */
class HostileImageIT {
  private static SandboxFixture sandboxes;

  @BeforeAll
  static void open() throws Exception {
    sandboxes = SandboxFixture.open();
  }

  @AfterAll
  static void close() throws Exception {
    sandboxes.close();
  }

  @Test
  void aDeviceNodeOfAnImageIsNoDevice() throws Exception {
    Path layer = layer("device");
    run("mknod", "-m", "666", layer.resolve("zero").toString(), "c", "1", "5");

    SandboxFixture.Result result = runIn(layer, sandboxes.shell("head -c 1 /zero"));

    assertThat(result.stderr()).contains("Permission denied");
  }

  /** CVE-2019-5736: it is the shim that would be executed, in the sandbox. */
  @Test
  void aCommandThatIsExecutedByTheShimItselfIsAnOrdinaryProgramInside() throws Exception {
    Path layer = layer("exe");
    Path entry = Files.writeString(layer.resolve("entry"), "#!/proc/self/exe\n");
    Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString("rwxr-xr-x"));

    SandboxFixture.Result result = runIn(layer, sandboxes.spec("/entry"));

    assertThat(result.exit().code()).isIn(64, 126);
  }

  /** CVE-2024-21626: a working directory by a descriptor that the runtime left open. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void aWorkingDirectoryIsNeverOneThatWasLeftOpen(int descriptor) {
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.spec("pwd"), draft -> draft.workdir("/proc/self/fd/" + descriptor));

    assertThatThrownBy(() -> sandboxes.run(spec))
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.stage()).isEqualTo("workdir"));
  }

  @Test
  void aTargetThatIsTheRootItselfIsRefused() throws Exception {
    Path layer = layer("root");
    Files.createSymbolicLink(layer.resolve("data"), Path.of("/"));

    assertRefused(layer, new Mount.Tmpfs("/data", false, ""), "mount-volumes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/1", "/sys/kernel", "/proc/self/fd", "/proc/1/root/proc"})
  void aTargetThatLeadsIntoTheKernelsFilesIsRefused(String link) throws Exception {
    Path layer = layer("kernel" + link.replace('/', '-'));
    Files.createSymbolicLink(layer.resolve("data"), Path.of(link));

    assertRefused(layer, new Mount.Tmpfs("/data", false, ""), "mount-volumes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"proc", "sys", "dev"})
  void anImageWithALinkForADirectoryOfTheKernelIsRefused(String name) throws Exception {
    Path layer = layer("link-" + name);
    Files.createSymbolicLink(layer.resolve(name), Path.of("/tmp"));

    assertRefused(layer, new Mount.Tmpfs("/data", false, ""), "furnish");
  }

  @Test
  void aNameFileThatIsALinkIntoProcIsRefused() throws Exception {
    Path layer = layer("hosts");
    Path etc = Files.createDirectories(layer.resolve("etc"));
    Files.createSymbolicLink(etc.resolve("hosts"), Path.of("/proc/sys/kernel/hostname"));

    assertRefused(layer, new Mount.Tmpfs("/data", false, ""), "mount-name-files");
  }

  @Test
  void aUserFileThatNeverEndsIsNotWaitedFor() throws Exception {
    Path layer = layer("fifo");
    Path etc = Files.createDirectories(layer.resolve("etc"));
    run("mkfifo", etc.resolve("passwd").toString());
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.spec("grep", "Uid", "/proc/self/status"), draft -> draft.user("1234"));

    assertThat(runIn(layer, spec).stdout()).contains("1234");
  }

  private static Path layer(String name) throws Exception {
    return Files.createDirectories(sandboxes.directory.resolve(name));
  }

  private static SandboxSpec in(Path layer, SandboxSpec spec, Mount... mounts) {
    Root root = new Root(List.of(sandboxes.layer, layer), false, List.of(mounts));
    return SandboxFixture.with(spec, root);
  }

  private static SandboxFixture.Result runIn(Path layer, SandboxSpec spec) throws Exception {
    return sandboxes.run(in(layer, spec));
  }

  private static void assertRefused(Path layer, Mount mount, String stage) {
    SandboxSpec spec = in(layer, sandboxes.spec("true"), mount);

    assertThatThrownBy(() -> sandboxes.run(spec))
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.stage()).isEqualTo(stage));
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
