package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.network.BridgeNetwork;
import dev.gantry.isolation.network.NetworkAttachment;
import dev.gantry.isolation.network.Resolution;
import dev.gantry.isolation.network.Subnet;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A sandbox on a bridge. */
class SandboxNetworkIT {
  private static final Subnet SUBNET = Subnet.parse("10.219.77.0/24");
  private static final String BRIDGE = "gtshimit" + ProcessHandle.current().pid() % 10_000;

  private static SandboxFixture sandboxes;
  private static BridgeNetwork network;
  private static BridgeNetwork other;

  @BeforeAll
  static void open() throws Exception {
    sandboxes = SandboxFixture.open();
    network = BridgeNetwork.ensure(BRIDGE, SUBNET);
    other = BridgeNetwork.ensure(BRIDGE + "b", Subnet.parse("10.219.78.0/24"));
  }

  @AfterAll
  static void close() throws Exception {
    try (var _ = sandboxes) {
      network.delete();
      other.delete();
    }
  }

  @Test
  void itHasItsAddressAndRoute() throws Exception {
    SandboxSpec spec = attached("addresses", 10, "ip -4 addr show eth0; ip route");

    assertThat(sandboxes.run(spec).stdout())
        .contains("inet 10.219.77.10/24 brd 10.219.77.255")
        .contains("default via 10.219.77.1 dev eth0");
  }

  @Test
  void itHasItsLinkAddress() throws Exception {
    SandboxSpec spec = attached("mac", 11, "cat /sys/class/net/eth0/address");

    assertThat(sandboxes.run(spec).stdout().strip()).isEqualTo(attachment("mac", 11).mac().text());
  }

  @Test
  void itReachesTheBridge() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, SUBNET.gateway())) {
      String connect = "nc -w 10 10.219.77.1 " + server.getLocalPort();
      Sandbox sandbox = sandboxes.host.launch(attached("connects", 12, connect));
      server.setSoTimeout(60_000);

      try (Socket connection = server.accept()) {
        assertThat(connection.getInetAddress()).isEqualTo(SUBNET.address(12));
      }

      sandbox.destroy();
    }
  }

  @Test
  void theLinkOnTheHostGoesWithIt() throws Exception {
    SandboxSpec spec = attached("gone", 13, "true");
    Path link = Path.of("/sys/class/net", attachment("gone", 13).hostInterface());

    sandboxes.run(spec);

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Files.exists(link) && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertThat(link).doesNotExist();
  }

  @Test
  void aBridgeThatIsMissingIsAFailedStage() throws Exception {
    NetworkAttachment real = attachment("missing", 14);
    NetworkAttachment wrong =
        new NetworkAttachment(
            "no-such-bridge",
            real.hostInterface(),
            real.address(),
            real.prefix(),
            real.gateway(),
            real.mac(),
            false);
    SandboxSpec spec = SandboxFixture.with(sandboxes.spec("true"), bridged(wrong));

    assertThatThrownBy(() -> sandboxes.host.launch(spec))
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.stage()).isEqualTo("network"))
        .hasMessageContaining("no-such-bridge");
  }

  @Test
  void onSeveralNetworksTheFirstHasTheDefaultRoute() throws Exception {
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.shell("ip -4 -o addr; ip route"),
            bridged(attachment("several", 15), second(16)));

    assertThat(sandboxes.run(spec).stdout())
        .containsPattern("eth0 +inet 10.219.77.15/24")
        .containsPattern("eth1 +inet 10.219.78.16/24")
        .contains("default via 10.219.77.1 dev eth0");
  }

  @Test
  void withTheHostsNetworkItHasTheHostsInterfaces() throws Exception {
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.shell(
                "ls /sys/class/net; ls -d /sys/fs/cgroup/*/; readlink /proc/self/ns/net"),
            new SandboxSpec.Network.Host(Resolution.NONE));

    assertThat(sandboxes.run(spec).stdout())
        .contains(BRIDGE)
        .doesNotContain("memory")
        .contains(Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString());
  }

  private static NetworkAttachment second(int offset) throws Exception {
    return other.attachment("it", "second", other.subnet().address(offset));
  }

  private static SandboxSpec attached(String owner, int offset, String script) throws Exception {
    return SandboxFixture.with(sandboxes.shell(script), bridged(attachment(owner, offset)));
  }

  private static SandboxSpec.Network bridged(NetworkAttachment... attachments) {
    return new SandboxSpec.Network.Bridged(List.of(attachments), Resolution.NONE);
  }

  private static NetworkAttachment attachment(String owner, int offset) throws Exception {
    return network.attachment("it", owner, SUBNET.address(offset));
  }
}
