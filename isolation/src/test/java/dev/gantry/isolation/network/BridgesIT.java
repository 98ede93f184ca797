package dev.gantry.isolation.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several bridges in one table, and ports that change owners. */
class BridgesIT {
  private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");
  private static final Inet4Address ANY = Inet4Address.ofLiteral("0.0.0.0");
  private static final long PID = ProcessHandle.current().pid();
  private static final String INSTANCE = "bridges" + PID;

  private final List<AutoCloseable> garbage = new ArrayList<>();
  private BridgeNetwork network;
  private PortTable table;
  private NetworkNamespace server;

  @BeforeEach
  void start() throws Exception {
    network = bridge("a", 217, false);
    table = PortTable.open(INSTANCE, network, List.of());
    garbage.add(table);
    garbage.add(table::delete);
    server = namespace("server", network, 2);
    server.serve(80, "hello");
  }

  @AfterEach
  void removeAll() throws Exception {
    for (AutoCloseable thing : garbage.reversed()) {
      thing.close();
    }
  }

  @Test
  void aClientThatWasThereBeforeReachesTheNextOwnerOfAPort() throws Exception {
    NetworkNamespace next = namespace("next", network, 3);
    server.echoDatagrams(53);
    next.echoDatagrams(53);
    try (DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(30_000);
      PublishedPort port =
          granted(reserve("server", request(LOOPBACK, 0, 53, Protocol.UDP))).getFirst();
      assertThat(echo(client, port)).isEqualTo(4);
      table.release("server");
      server.inside("ip", "link", "set", "eth0", "down");
      table.reserve(
          "next",
          network.subnet().address(3),
          List.of(request(LOOPBACK, port.hostPort(), 53, Protocol.UDP)));
      assertThat(echo(client, port)).isEqualTo(4);
    }
  }

  @Test
  void bridgesOfOneTableDoNotSeeEachOtherButTheirPublishedPorts() throws Exception {
    BridgeNetwork other = bridge("b", 218, false);
    table.bridges(List.of(network, other));
    NetworkNamespace client = namespace("stranger", other, 2);
    PublishedPort port = publish("server", ANY, 80);
    assertThat(client.connect(server.address(), 80).code()).isNotZero();
    assertThat(client.connect(gateway(), port.hostPort()).output()).isEqualTo("hello");
  }

  @Test
  void anInternalBridgeHasNoWayOut() throws Exception {
    BridgeNetwork internal = bridge("i", 219, true);
    table.bridges(List.of(network, internal));
    PublishedPort port = publish("server", ANY, 80);
    NetworkNamespace client = namespace("stranger", internal, 2);
    NetworkNamespace neighbour = namespace("inside", internal, 3);
    neighbour.serve(80, "near");
    assertThat(client.connect(gateway(), port.hostPort()).code()).isNotZero();
    assertThat(client.connect(neighbour.address(), 80).output()).isEqualTo("near");
  }

  private static int echo(DatagramSocket client, PublishedPort port) throws Exception {
    byte[] ping = "ping".getBytes(StandardCharsets.US_ASCII);
    client.send(new DatagramPacket(ping, 4, LOOPBACK, port.hostPort()));
    DatagramPacket echo = new DatagramPacket(new byte[16], 16);
    client.receive(echo);
    return echo.getLength();
  }

  private BridgeNetwork bridge(String letter, int subnet, boolean internal) throws Exception {
    Subnet range = Subnet.parse("10." + subnet + ".8.0/24");
    BridgeNetwork bridge =
        BridgeNetwork.ensure(
            new BridgeSpec("gb" + letter + PID, range, range.address(9), internal));
    garbage.add(bridge::delete);
    return bridge;
  }

  private NetworkNamespace namespace(String owner, BridgeNetwork bridge, int offset)
      throws Exception {
    Inet4Address address = bridge.subnet().address(offset);
    NetworkNamespace namespace =
        new NetworkNamespace("gb-" + owner + PID, bridge.attachment(INSTANCE, owner, address));
    garbage.add(namespace);
    return namespace;
  }

  private PublishedPort publish(String owner, Inet4Address hostAddress, int containerPort)
      throws Exception {
    PublishResult reserved = reserve(owner, request(hostAddress, 0, containerPort, Protocol.TCP));
    assertThat(table.publish(owner)).isEqualTo(reserved);
    return granted(reserved).getFirst();
  }

  private PublishResult reserve(String owner, PortRequest request) throws Exception {
    return table.reserve(owner, network.subnet().address(2), List.of(request));
  }

  private static List<PublishedPort> granted(PublishResult result) {
    return ((PublishResult.Granted) result).ports();
  }

  private static PortRequest request(
      Inet4Address address, int hostPort, int containerPort, Protocol protocol) {
    return new PortRequest(address, hostPort, containerPort, protocol);
  }

  private String gateway() {
    return network.gateway().getHostAddress();
  }
}
