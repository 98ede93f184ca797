package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.sandbox.Rlimit.Bounds;
import dev.gantry.isolation.sandbox.SandboxSpec.Root;
import dev.gantry.isolation.seccomp.SeccompProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be said of a process, as the process sees it. */
class ProcessSettingsIT {
  private static final Path TTL = Path.of("/proc/sys/net/ipv4/ip_default_ttl");

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

  @Test
  void itIsInGroupsByNameAndById() throws Exception {
    assertThat(run("id -G", draft -> draft.groups(List.of("extra", "4711"))))
        .isEqualTo("0 10 1002 4711");
  }

  @Test
  void itIsInFurtherGroupsBesideThatOfItsUser() throws Exception {
    assertThat(run("id -G", draft -> draft.user("1000:1001").groups(List.of("wheel"))))
        .isEqualTo("1001 10");
  }

  @Test
  void aGroupThatTheImageDoesNotKnowIsRefused() {
    assertThatThrownBy(() -> run("true", draft -> draft.groups(List.of("nobodys"))))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("user failed: nobodys");
  }

  @Test
  void aGroupBeyondItsRangeIsRefused() {
    assertThatThrownBy(() -> run("true", draft -> draft.groups(List.of("70000"))))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("70000");
  }

  @Test
  void itsLimitsAreWhatWasAskedFor() throws Exception {
    assertThat(
            run(
                "ulimit -Sn; ulimit -Hn",
                draft -> draft.limits(Map.of(Rlimit.NOFILE, new Bounds(100, 200)))))
        .isEqualTo("100\n200");
  }

  @Test
  void limitsThatWouldHinderItsMakingHoldForTheProcessOnly() throws Exception {
    assertThat(
            run(
                "ulimit -Sn",
                draft ->
                    draft.limits(
                        Map.of(
                            Rlimit.NOFILE, new Bounds(4, 4),
                            Rlimit.FSIZE, new Bounds(0, 0)))))
        .isEqualTo("4");
  }

  @Test
  void itsScoreIsWhatWasAskedFor() throws Exception {
    assertThat(
            run("cat /proc/self/oom_score_adj", draft -> draft.oomScoreAdjust(OptionalInt.of(700))))
        .isEqualTo("700");
  }

  @Test
  void itCannotProtectItselfFromTheKiller() throws Exception {
    assertThat(run("echo -500 > /proc/self/oom_score_adj", draft -> draft))
        .contains("Permission denied");
  }

  @Test
  void settingsOfItsNetworkAreSet() throws Exception {
    assertThat(
            run(
                "cat /proc/sys/net/ipv4/ip_default_ttl",
                draft -> draft.sysctls(Map.of(new Sysctl("net.ipv4.ip_default_ttl"), "42"))))
        .isEqualTo("42");
  }

  @Test
  void settingsOfItsNetworkAreNotTheHosts() throws Exception {
    String before = Files.readString(TTL);
    run("true", draft -> draft.sysctls(Map.of(new Sysctl("net.ipv4.ip_default_ttl"), "43")));

    assertThat(Files.readString(TTL)).isEqualTo(before);
  }

  @Test
  void settingsOfItsMessagesAreSet() throws Exception {
    assertThat(
            run(
                "cat /proc/sys/kernel/msgmax",
                draft -> draft.sysctls(Map.of(new Sysctl("kernel.msgmax"), "4242"))))
        .isEqualTo("4242");
  }

  @Test
  void aSettingThatDoesNotExistIsRefusedByName() {
    assertThatThrownBy(
            () -> run("true", draft -> draft.sysctls(Map.of(new Sysctl("net.ipv4.none"), "1"))))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("sysctls failed: net/ipv4/none");
  }

  @Test
  void aValueThatTheKernelDoesNotTakeIsRefusedByName() {
    assertThatThrownBy(
            () ->
                run(
                    "true",
                    draft -> draft.sysctls(Map.of(new Sysctl("net.ipv4.ip_default_ttl"), "x"))))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("net/ipv4/ip_default_ttl");
  }

  @Test
  void itsSharedMemoryHasTheSizeThatWasAskedFor() throws Exception {
    Root root = new Root(List.of(sandboxes.layer), false, List.of(), 3 << 20);
    SandboxSpec spec = SandboxFixture.with(sandboxes.shell("df -k /dev/shm"), root);

    assertThat(sandboxes.run(spec).stdout()).contains(" 3072 ");
  }

  @Test
  void itsSharedMemoryIsThereWhenTheRootIsReadOnly() throws Exception {
    Root root = new Root(List.of(sandboxes.layer), true, List.of());
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.shell("echo x > /dev/shm/x && echo y > /dev/y; echo z > /etc/hosts"), root);

    assertThat(sandboxes.run(spec).stderr())
        .isEqualTo("sh: can't create /etc/hosts: Read-only file system\n");
  }

  /** As ping of iputils does it: by a socket for ICMP echoes, which is none for other packets. */
  @Test
  void pingNeedsNoPrivilege() throws Exception {
    assertThat(run("gantry-probes ping 127.0.0.1", draft -> draft.user("app")))
        .isEqualTo("127.0.0.1 answers");
  }

  /** Busybox of Debian knows no other. */
  @Test
  void pingByRawPacketsNeedsTheirCapability() throws Exception {
    String ping = "ping -c 1 -W 5 127.0.0.1";

    assertThat(run(ping, draft -> draft)).contains("permission denied");
    assertThat(run(ping, draft -> draft.capabilities(Capability.GRANTABLE)))
        .contains("1 packets received");
  }

  @Test
  void capabilitiesCanBeAddedUpToDockers() throws Exception {
    assertThat(
            run("grep CapPrm /proc/self/status", draft -> draft.capabilities(Capability.GRANTABLE)))
        .isEqualTo("CapPrm:\t00000000a80425fb");
  }

  @Test
  void capabilitiesCanBeDropped() throws Exception {
    assertThat(
            run(
                "grep -E 'CapPrm|CapBnd' /proc/self/status",
                draft -> draft.capabilities(EnumSet.of(Capability.CHOWN))))
        .isEqualTo("CapPrm:\t0000000000000001\nCapBnd:\t0000000000000001");
  }

  @Test
  void withoutCapabilitiesItsRootIsAUserLikeOthers() throws Exception {
    assertThat(run("chown 5 /tmp; id -u", draft -> draft.capabilities(Set.of())))
        .contains("Operation not permitted");
  }

  @Test
  void aProfileOfItsOwnIsInForce() throws Exception {
    SeccompProfile profile =
        SeccompProfile.fromJson(
            """
            {"defaultAction": "SCMP_ACT_ALLOW",
             "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO",
                           "errnoRet": 28}]}
            """);

    assertThat(run("mkdir /tmp/d", draft -> draft.seccomp(profile))).contains("No space left");
  }

  @Test
  void withoutAFilterItStaysWithoutNewPrivileges() throws Exception {
    assertThat(
            run(
                "grep -E 'NoNewPrivs|Seccomp:' /proc/self/status",
                draft -> draft.seccomp(SeccompProfile.unconfined())))
        .isEqualTo("NoNewPrivs:\t1\nSeccomp:\t0");
  }

  private static String run(String script, UnaryOperator<ProcessDraft> change) throws Exception {
    SandboxFixture.Result result =
        sandboxes.run(SandboxFixture.with(sandboxes.shell(script), change));
    return (result.stdout() + result.stderr()).strip();
  }
}
