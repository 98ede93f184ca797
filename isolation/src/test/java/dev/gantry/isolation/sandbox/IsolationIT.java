package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.sandbox.SandboxSpec.Mount;
import dev.gantry.isolation.sandbox.SandboxSpec.Root;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sandbox sees of the host, and what it can do to it. */
class IsolationIT {
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
  void itSeesItsOwnProcessesOnly() throws Exception {
    assertThat(sandboxes.runShell("echo /proc/[0-9]*")).matches("/proc/1( /proc/\\d+)?");
  }

  @Test
  void itSeesItsOwnMountsOnly() throws Exception {
    assertThat(sandboxes.runShell("cat /proc/mounts").lines())
        .allMatch(
            line ->
                Pattern.matches(
                    "\\S+ (/|/(proc|sys|dev)(/\\S+)?|/etc/host\\S*|/etc/resolv.conf) .*", line));
  }

  @Test
  void itSeesItsOwnNetworkOnly() throws Exception {
    assertThat(sandboxes.runShell("ls /sys/class/net")).isEqualTo("lo");
  }

  @Test
  void itHasItsOwnHostName() throws Exception {
    assertThat(sandboxes.runShell("hostname; cat /etc/hostname")).isEqualTo("box\nbox");
  }

  @Test
  void itSeesItsControlGroupAsTheRoot() throws Exception {
    assertThat(sandboxes.runShell("grep -E 'memory|pids|0::' /proc/self/cgroup").lines())
        .allMatch(line -> line.endsWith(":/"));
  }

  @Test
  void itsRootIsNobodyOutside() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));

    String status = Files.readString(Path.of("/proc/" + sandbox.pid() + "/status"));

    sandbox.destroy();
    assertThat(status).containsPattern("Uid:\t4\\d{8}\t");
  }

  @Test
  void itsFilesBelongToIdsFromZeroOnInTheUpperLayer() throws Exception {
    SandboxFixture.Result result =
        sandboxes.run(sandboxes.shell("echo x > /tmp/f; chown 12:34 /tmp/f"));

    Path file = result.sandbox().upper().resolve("tmp/f");
    assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(12);
  }

  @Test
  void nothingButWhatItChangedIsInTheUpperLayer() throws Exception {
    SandboxFixture.Result result = sandboxes.run(sandboxes.shell("echo x > /new"));

    assertThat(result.sandbox().upper().toFile().list()).containsExactly("new");
  }

  @Test
  void aFileOfTheHostsRootCannotBeRead() throws Exception {
    Path secret = sandboxes.directory.resolve("secret");
    Files.writeString(secret, "secret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));

    SandboxFixture.Result result = runWith(new Mount.Bind(secret, "/s", false, false), "cat /s");

    assertThat(result.stderr()).contains("Permission denied");
  }

  @Test
  void aReadOnlyBindCannotBeWritten() throws Exception {
    Path directory = Files.createDirectory(sandboxes.directory.resolve("volume"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

    SandboxFixture.Result result =
        runWith(new Mount.Bind(directory, "/v/w", true, false), "echo x > /v/w/f");

    assertThat(result.stderr()).contains("Read-only file system");
  }

  @Test
  void whatItWritesToABindWithMappedIdsBelongsToIdsFromZeroOn() throws Exception {
    Path directory = Files.createDirectory(sandboxes.directory.resolve("mapped"));

    runWith(new Mount.Bind(directory, "/v", false, true), "echo x > /v/f; chown 5 /v/f");

    assertThat(Files.getAttribute(directory.resolve("f"), "unix:uid")).isEqualTo(5);
  }

  @Test
  void aTmpfsHasItsOptions() throws Exception {
    SandboxFixture.Result result =
        runWith(new Mount.Tmpfs("/t", false, "size=1m,mode=1770"), "stat -c %a /t; df -k /t");

    assertThat(result.stdout()).startsWith("1770\n").contains(" 1024 ");
  }

  @Test
  void aTargetIsFoundThroughTheImagesLinksButNeverOutsideOfIt() throws Exception {
    Path layer = Files.createDirectories(sandboxes.directory.resolve("links"));
    Files.createSymbolicLink(layer.resolve("out"), Path.of("../../../../../../escaped/here"));
    SandboxSpec spec = sandboxes.shell("ls /escaped/here");
    Path volume = Files.createDirectory(sandboxes.directory.resolve("inside"));
    Files.createFile(volume.resolve("mark"));
    Root root =
        new Root(
            List.of(sandboxes.layer, layer),
            false,
            List.of(new Mount.Bind(volume, "/out", false, false)));

    SandboxFixture.Result result = sandboxes.run(SandboxFixture.with(spec, root));

    assertThat(result.stdout()).isEqualTo("mark\n");
    assertThat(Path.of("/escaped")).doesNotExist();
  }

  @Test
  void aTargetThatLeadsIntoProcIsRefused() throws Exception {
    Path layer = Files.createDirectories(sandboxes.directory.resolve("proc-link"));
    Files.createSymbolicLink(layer.resolve("data"), Path.of("/proc/sys"));
    Root root =
        new Root(
            List.of(sandboxes.layer, layer), false, List.of(new Mount.Tmpfs("/data", false, "")));
    SandboxSpec spec = SandboxFixture.with(sandboxes.spec("true"), root);

    assertThatThrownBy(() -> sandboxes.run(spec))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("mount-volumes")
        .hasMessageContaining("EPERM");
  }

  @Test
  void anImageWhoseProcIsALinkIsRefused() throws Exception {
    Path layer = Files.createDirectories(sandboxes.directory.resolve("no-proc"));
    Files.createSymbolicLink(layer.resolve("proc"), Path.of("/tmp"));
    Root root = Root.of(List.of(sandboxes.layer, layer));
    SandboxSpec spec = SandboxFixture.with(sandboxes.spec("true"), root);

    assertThatThrownBy(() -> sandboxes.run(spec))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("furnish");
  }

  @Test
  void aReadOnlyRootCannotBeWritten() throws Exception {
    SandboxSpec spec = sandboxes.shell("echo x > /f");
    Root root = new Root(List.of(sandboxes.layer), true, List.of());

    SandboxFixture.Result result = sandboxes.run(SandboxFixture.with(spec, root));

    assertThat(result.stderr()).contains("Read-only file system");
  }

  @Test
  void itsRootHasTheDefaultCapabilitiesOnly() throws Exception {
    assertThat(sandboxes.runShell("grep -E 'CapPrm|CapBnd' /proc/self/status"))
        .isEqualTo("CapPrm:\t00000000a00405fb\nCapBnd:\t00000000a00405fb");
  }

  @Test
  void otherUsersHaveNoCapabilities() throws Exception {
    SandboxSpec spec = sandboxes.shell("grep CapEff /proc/self/status");

    SandboxFixture.Result result =
        sandboxes.run(SandboxFixture.with(spec, process -> process.user("app")));

    assertThat(result.stdout()).isEqualTo("CapEff:\t0000000000000000\n");
  }

  @Test
  void systemCallsAreFiltered() throws Exception {
    assertThat(sandboxes.runShell("grep Seccomp: /proc/self/status")).isEqualTo("Seccomp:\t2");
  }

  @Test
  void privilegesCannotBeGained() throws Exception {
    assertThat(sandboxes.runShell("grep NoNewPrivs /proc/self/status")).isEqualTo("NoNewPrivs:\t1");
  }

  @Test
  void itCannotMount() throws Exception {
    assertThat(sandboxes.runShell("mount -t tmpfs none /tmp")).contains("mount:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/interrupts"})
  void secretsOfTheKernelReadAsNothing(String path) throws Exception {
    assertThat(sandboxes.runShell("[ ! -e " + path + " ] || wc -c < " + path)).isIn("0", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sys/firmware", "/proc/acpi", "/proc/scsi", "/proc/asound"})
  void directoriesOfTheKernelsSecretsAreEmpty(String path) throws Exception {
    assertThat(sandboxes.runShell("ls -A " + path + " 2>/dev/null")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/mm/ksm/run"})
  void knobsOfTheKernelCannotBeTurned(String path) throws Exception {
    assertThat(sandboxes.runShell("echo x > " + path)).contains("sh: ");
  }

  @Test
  void thePortsBelow1024AreForEverybody() throws Exception {
    assertThat(sandboxes.runShell("cat /proc/sys/net/ipv4/ip_unprivileged_port_start"))
        .isEqualTo("0");
  }

  @Test
  void itHasTheUsualDevices() throws Exception {
    assertThat(sandboxes.runShell("echo $(ls /dev)"))
        .isEqualTo(
            "core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero");
  }

  @Test
  void nothingOfTheShimIsOpenInIt() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));

    String[] descriptors = Path.of("/proc/" + sandbox.pid() + "/fd").toFile().list();

    sandbox.destroy();
    assertThat(descriptors).containsExactlyInAnyOrder("0", "1", "2");
  }

  @Test
  void nothingIsMountedOnTheHost() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));

    String mounts = Files.readString(Path.of("/proc/self/mountinfo"));

    sandbox.destroy();
    assertThat(mounts).doesNotContain(sandboxes.directory.toString());
  }

  private static SandboxFixture.Result runWith(Mount mount, String script) throws Exception {
    Root root = new Root(List.of(sandboxes.layer), false, List.of(mount));
    return sandboxes.run(SandboxFixture.with(sandboxes.shell(script), root));
  }
}
