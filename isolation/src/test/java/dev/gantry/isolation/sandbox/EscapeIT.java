package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.isolation.sandbox.Probes.Finding;
import dev.gantry.isolation.sandbox.SandboxSpec.Root;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  @Test
  void everyProbeRanInside() throws Exception {
    assertThat(inside(draft -> draft).keySet()).isEqualTo(outside.keySet());
  }

  private static void isStopped(String name, Finding finding) {
    assertThat(finding.result()).as("%s: %s", name, finding.details()).isEqualTo("stopped");
  }

  private static Map<String, Finding> inside(UnaryOperator<ProcessDraft> change) throws Exception {
    List<String> env = new ArrayList<>(SandboxFixture.ENV);
    targets.forEach((name, value) -> env.add(name + "=" + value));
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.spec("gantry-probes", "inside"), draft -> change.apply(draft.env(env)));
    Root root = Root.of(List.of(sandboxes.layer));
    SandboxFixture.Result result = sandboxes.run(SandboxFixture.with(spec, root));
    assertThat(result.stderr()).isEmpty();
    return Probes.findings(result.stdout());
  }
}
