package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.isolation.console.Exec;
import dev.gantry.isolation.console.ExecSpec;
import dev.gantry.isolation.network.Resolution;
import dev.gantry.isolation.sandbox.Probes.Finding;
import dev.gantry.isolation.seccomp.SeccompProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Attempts to get out of a sandbox, and at what is not its own: none succeeds. */
class EscapeIT {
  /** Of these there may be nothing to attack on a kernel, so that they are not known to work. */
  private static final Set<String> PERHAPS_ABSENT =
      Set.of(
          "crypto-socket",
          "machine-socket",
          "io-uring",
          "bpf",
          "user-faults",
          "performance-counters",
          "load-kernel",
          "load-module",
          "load-module-file",
          "mount-cgroup",
          "mount-binfmt",
          "kernel-proc-files",
          "swap",
          "account",
          "type-into-terminal");

  /** What a user namespace makes harmless, or an added capability gives. */
  private static final Set<String> OF_THE_FILTER_ALONE =
      Set.of(
          "new-user-namespace",
          "clone-into-user-namespace",
          "clone3-into-user-namespace",
          "add-key",
          "read-session-keys",
          "request-key",
          "crypto-socket",
          "machine-socket",
          "io-uring",
          "bpf",
          "user-faults",
          "performance-counters",
          "raw-socket",
          "packet-socket",
          "no-filter");

  private static SandboxFixture sandboxes;
  private static Probes probes;
  private static Process outsider;
  private static ServerSocket port;
  private static Map<String, String> targets;
  private static Map<String, Finding> outside;

  @BeforeAll
  static void open() throws Exception {
    sandboxes = SandboxFixture.open();
    probes = Probes.load();
    probes.install(sandboxes.layer);
    Path secret = sandboxes.directory.resolve("secret");
    Files.writeString(secret, "secret");
    String socket = "gantry-probe-" + ProcessHandle.current().pid();
    outsider = probes.stand(socket);
    port = new ServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"));
    targets =
        Map.of(
            "PROBE_SECRET",
            secret.toString(),
            "PROBE_PID",
            Long.toString(outsider.pid()),
            "PROBE_SOCKET",
            socket,
            "PROBE_PORTS",
            "127.0.0.1:" + port.getLocalPort());
    outside = probes.outside(targets);
  }

  @AfterAll
  static void close() throws Exception {
    try (var _ = sandboxes;
        var _ = port) {
      outsider.destroyForcibly();
    }
  }

  @Test
  void outsideEveryProbeSucceedsOrHasNothingToAttack() {
    Map<String, Finding> unproven = new HashMap<>(outside);
    unproven
        .entrySet()
        .removeIf(
            probe ->
                probe.getValue().result().equals("works")
                    || (probe.getValue().result().equals("absent")
                        && PERHAPS_ABSENT.contains(probe.getKey())));

    assertThat(unproven).isEmpty();
  }

  @Test
  void insideNoneSucceedsForItsRoot() throws Exception {
    assertThat(inside(draft -> draft)).allSatisfy(EscapeIT::isStopped);
  }

  @Test
  void insideNoneSucceedsForAUser() throws Exception {
    assertThat(inside(draft -> draft.user("app"))).allSatisfy(EscapeIT::isStopped);
  }

  /** What it shares with the host then is what it was given: nothing else. */
  @Test
  void withTheHostsNetworkOnlyItsSocketsAreWithinReach() throws Exception {
    Map<String, Finding> findings =
        inside(draft -> draft, new SandboxSpec.Network.Host(Resolution.NONE));

    assertThat(findings.get("host-ports").result()).isEqualTo("ESCAPED");
    findings.keySet().removeAll(Set.of("host-ports", "abstract-socket"));
    assertThat(findings).allSatisfy(EscapeIT::isStopped);
  }

  /** Each wall stands for itself: those that are not the filter's hold without it. */
  @Test
  void withoutAFilterAndWithAllCapabilitiesTheOtherWallsHold() throws Exception {
    Map<String, Finding> findings =
        inside(
            draft -> draft.seccomp(SeccompProfile.unconfined()).capabilities(Capability.GRANTABLE));

    findings.keySet().removeAll(OF_THE_FILTER_ALONE);
    assertThat(findings).hasSizeGreaterThan(40).allSatisfy(EscapeIT::isStopped);
  }

  @Test
  void insideNoneSucceedsForAProcessThatCameLater() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "600"));
    ExecSpec command =
        new ExecSpec(List.of("gantry-probes", "inside"), env(), "", "", Optional.empty(), false);

    Map<String, Finding> findings = execute(sandbox, command);

    sandbox.destroy();
    assertThat(findings.keySet()).isEqualTo(outside.keySet());
    assertThat(findings).allSatisfy(EscapeIT::isStopped);
  }

  /** CVE-2019-5736: while the shim enters, again and again, its program is within reach. */
  @Test
  void theShimThatEntersASandboxCannotBeOverwrittenThere() throws Exception {
    List<String> watch = List.of("gantry-probes", "inside", "program-of-the-runtime");
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.spec(watch.toArray(String[]::new)),
            draft -> draft.env(List.of("PATH=/bin", "PROBE_WATCH=3")));
    Files.writeString(sandboxes.layer.resolve("bin/itself"), "#!/proc/self/exe\n");
    Files.setPosixFilePermissions(
        sandboxes.layer.resolve("bin/itself"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Sandbox sandbox = sandboxes.host.launch(spec);

    while (!sandbox.exit().isDone()) {
      try (Exec exec = sandbox.exec(ExecSpec.of(List.of("itself")))) {
        exec.output().readAllBytes();
      } catch (IOException e) {
        assertThat(sandbox.exit()).as(e.toString()).succeedsWithin(Duration.ofSeconds(20));
      }
    }

    assertThat(Probes.findings(SandboxFixture.output(spec, "stdout")))
        .allSatisfy(EscapeIT::isStopped);
  }

  @Test
  void everyProbeRanInside() throws Exception {
    assertThat(inside(draft -> draft).keySet()).isEqualTo(outside.keySet());
  }

  private static void isStopped(String name, Finding finding) {
    assertThat(finding.result()).as("%s: %s", name, finding.details()).isEqualTo("stopped");
  }

  private static Map<String, Finding> inside(UnaryOperator<ProcessDraft> change) throws Exception {
    return inside(change, new SandboxSpec.Network.None());
  }

  private static Map<String, Finding> inside(
      UnaryOperator<ProcessDraft> change, SandboxSpec.Network network) throws Exception {
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.spec("gantry-probes", "inside"), draft -> change.apply(draft.env(env())));
    SandboxFixture.Result result = sandboxes.run(SandboxFixture.with(spec, network));
    assertThat(result.stderr()).isEmpty();
    return Probes.findings(result.stdout());
  }

  private static List<String> env() {
    List<String> env = new ArrayList<>(SandboxFixture.ENV);
    targets.forEach((name, value) -> env.add(name + "=" + value));
    return env;
  }

  private static Map<String, Finding> execute(Sandbox sandbox, ExecSpec command) throws Exception {
    try (Exec exec = sandbox.exec(command)) {
      return Probes.findings(new String(exec.output().readAllBytes()));
    }
  }
}
