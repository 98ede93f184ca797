package dev.gantry.isolation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.network.Firewall;
import dev.gantry.linux.network.FirewallException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real bridges, namespaces and firewall rules; connections through all of them. */
class PortTableIT {
  private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");
  private static final Inet4Address ANY = Inet4Address.ofLiteral("0.0.0.0");
  private static final long PID = ProcessHandle.current().pid();
  private static final String INSTANCE = "test" + PID;
  private static final String TABLE = "gantry_" + INSTANCE;

  private final List<AutoCloseable> garbage = new ArrayList<>();
  private BridgeNetwork network;
  private PortTable table;
  private NetworkNamespace server;

  @BeforeEach
  void start() throws Exception {
    network = bridge("a", 214);
    table = portTable(network, List.of());
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
  void aPortPublishedOnLoopbackAnswersThere() throws Exception {
    PublishedPort port = publish("server", LOOPBACK, 80);
    assertThat(answer("127.0.0.1", port.hostPort())).isEqualTo("hello\n");
  }

  @Test
  void aPortPublishedOnAnAddressAnswersTheHostThere() throws Exception {
    PublishedPort port = publish("server", network.subnet().gateway(), 80);
    assertThat(answer(gateway(), port.hostPort())).isEqualTo("hello\n");
  }

  @Test
  void aPortPublishedOnAllAddressesAnswersOnEach() throws Exception {
    PublishedPort port = publish("server", ANY, 80);
    assertThat(answer("127.0.0.1", port.hostPort())).isEqualTo("hello\n");
    assertThat(answer(gateway(), port.hostPort())).isEqualTo("hello\n");
  }

  @Test
  void aPublishedPortAnswersTheSandboxThatPublishesIt() throws Exception {
    PublishedPort port = publish("server", network.subnet().gateway(), 80);
    assertThat(server.connect(gateway(), port.hostPort()).output()).isEqualTo("hello");
  }

  @Test
  void aPublishedPortAnswersItsNeighbours() throws Exception {
    PublishedPort port = publish("server", network.subnet().gateway(), 80);
    NetworkNamespace client = namespace("client", network, 3);
    assertThat(client.connect(gateway(), port.hostPort()).output()).isEqualTo("hello");
  }

  @Test
  void aPortPublishedOnLoopbackOnlyIsNotReachableFromElsewhere() throws Exception {
    PublishedPort port = publish("server", LOOPBACK, 80);
    NetworkNamespace client = namespace("client", network, 3);
    assertThat(client.connect(gateway(), port.hostPort()).code()).isNotZero();
  }

  @Test
  void sandboxesOfOneBridgeSeeEachOther() throws Exception {
    NetworkNamespace client = namespace("client", network, 3);
    assertThat(client.connect(server.address(), 80).output()).isEqualTo("hello");
  }

  @Test
  void sandboxesOfAnotherBridgeDoNotSeeThem() throws Exception {
    BridgeNetwork other = bridge("b", 215);
    portTable(other, List.of());
    NetworkNamespace client = namespace("stranger", other, 2);
    assertThat(client.connect(server.address(), 80).code()).isNotZero();
  }

  @Test
  void sandboxesDoNotReachTheHostsLoopbackServices() throws Exception {
    try (ServerSocket service = new ServerSocket()) {
      service.bind(new InetSocketAddress(LOOPBACK, 0));
      server.inside("sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1");
      server.inside("ip", "addr", "del", "127.0.0.1/8", "dev", "lo");
      server.inside("ip", "route", "add", "127.0.0.1/32", "via", gateway(), "src", "10.214.9.2");
      assertThat(server.connect("127.0.0.1", service.getLocalPort()).code()).isNotZero();
    }
  }

  @Test
  void aClientThatConnectsBeforeTheSandboxIsThereIsRefusedAtOnce() throws Exception {
    PublishedPort port =
        granted(reserve("server", request(LOOPBACK, 0, 80, Protocol.TCP))).getFirst();
    assertThatThrownBy(() -> answer("127.0.0.1", port.hostPort()))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void aClientThatWasRefusedIsAnsweredOnceThePortIsPublished() throws Exception {
    PublishedPort port =
        granted(reserve("server", request(LOOPBACK, 0, 80, Protocol.TCP))).getFirst();
    assertThatThrownBy(() -> answer("127.0.0.1", port.hostPort()))
        .isInstanceOf(ConnectException.class);
    table.publish("server");
    assertThat(answer("127.0.0.1", port.hostPort())).isEqualTo("hello\n");
  }

  @Test
  void aReservedPortIsTakenForOthers() throws Exception {
    PublishedPort port =
        granted(reserve("first", request(LOOPBACK, 0, 80, Protocol.TCP))).getFirst();
    assertThat(reserve("second", request(ANY, port.hostPort(), 81, Protocol.TCP)))
        .isInstanceOfSatisfying(
            PublishResult.PortTaken.class,
            taken -> assertThat(taken.holder()).isEqualTo("sandbox first"));
  }

  @Test
  void onePortCannotBeReservedTwiceAtOnce() throws Exception {
    int free = granted(reserve("x", request(LOOPBACK, 0, 80, Protocol.TCP))).getFirst().hostPort();
    table.release("x");
    assertThat(
            reserve(
                "second",
                request(LOOPBACK, free, 80, Protocol.TCP),
                request(LOOPBACK, free, 81, Protocol.TCP)))
        .isInstanceOf(PublishResult.PortTaken.class);
  }

  @Test
  void aReservedPortThatAnotherProcessListensOnMeanwhileIsTakenByIt() throws Exception {
    PublishedPort port =
        granted(reserve("server", request(LOOPBACK, 0, 80, Protocol.TCP))).getFirst();
    try (ServerSocket service = new ServerSocket()) {
      service.bind(new InetSocketAddress(LOOPBACK, port.hostPort()));
      assertThat(table.publish("server"))
          .isInstanceOfSatisfying(
              PublishResult.PortTaken.class,
              taken -> assertThat(taken.holder()).startsWith("process " + PID));
      assertThat(table.published()).isEmpty();
      assertThat(rules(TABLE)).doesNotContain(Integer.toString(port.hostPort()));
    }
  }

  @Test
  void aPublishedPortCanBeTakenByNobody() throws Exception {
    PublishedPort port = publish("server", LOOPBACK, 80);
    try (ServerSocket service = new ServerSocket()) {
      assertThatThrownBy(() -> service.bind(new InetSocketAddress(LOOPBACK, port.hostPort())))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void datagramsArePublishedToo() throws Exception {
    server.echoDatagrams(53);
    PublishedPort port =
        granted(reserve("server", request(LOOPBACK, 0, 53, Protocol.UDP))).getFirst();
    try (DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(30_000);
      byte[] ping = "ping".getBytes(StandardCharsets.US_ASCII);
      client.send(new DatagramPacket(ping, 4, LOOPBACK, port.hostPort()));
      DatagramPacket echo = new DatagramPacket(new byte[16], 16);
      client.receive(echo);
      assertThat(echo.getLength()).isEqualTo(4);
    }
  }

  @Test
  void aReleasedPortIsFree() throws Exception {
    PublishedPort port = publish("server", LOOPBACK, 80);
    table.release("server");
    try (ServerSocket next = new ServerSocket()) {
      next.bind(new InetSocketAddress(LOOPBACK, port.hostPort()));
      assertThat(next.isBound()).isTrue();
    }
  }

  @Test
  void aReleasedPortLeavesNoElementBehind() throws Exception {
    PublishedPort port = publish("server", LOOPBACK, 80);
    table.release("server");
    assertThat(rules(TABLE)).doesNotContain(Integer.toString(port.hostPort()));
  }

  @Test
  void anOwnerWithoutPortsCanBeReleased() throws Exception {
    table.release("nobody");
    assertThat(table.published()).isEmpty();
  }

  @Test
  void aPortOfAProcessOfTheHostIsTakenByThatProcess() throws Exception {
    try (ServerSocket service = new ServerSocket()) {
      service.bind(new InetSocketAddress(LOOPBACK, 0));
      PublishResult result =
          reserve("second", request(LOOPBACK, service.getLocalPort(), 80, Protocol.TCP));
      assertThat(result)
          .isInstanceOfSatisfying(
              PublishResult.PortTaken.class,
              taken -> assertThat(taken.holder()).startsWith("process " + PID));
    }
  }

  @Test
  void aPortOfAnotherSandboxIsTakenByThatSandbox() throws Exception {
    PublishedPort port = publish("first", LOOPBACK, 80);
    assertThat(reserve("second", request(LOOPBACK, port.hostPort(), 81, Protocol.TCP)))
        .isInstanceOfSatisfying(
            PublishResult.PortTaken.class,
            taken -> assertThat(taken.holder()).isEqualTo("sandbox first"));
  }

  @Test
  void onePortOnTwoAddressesIsTwoPorts() throws Exception {
    PublishedPort port = publish("first", LOOPBACK, 80);
    assertThat(
            reserve(
                "second", request(network.subnet().gateway(), port.hostPort(), 80, Protocol.TCP)))
        .isInstanceOf(PublishResult.Granted.class);
  }

  @Test
  void oneTakenPortKeepsTheOthersFromBeingPublished() throws Exception {
    PublishedPort port = publish("first", LOOPBACK, 80);
    reserve(
        "second",
        request(LOOPBACK, 0, 81, Protocol.TCP),
        request(LOOPBACK, port.hostPort(), 82, Protocol.TCP));
    assertThat(table.published()).containsOnlyKeys("first");
  }

  @Test
  void anAddressThatTheHostDoesNotHaveIsUnknown() throws Exception {
    Inet4Address elsewhere = Inet4Address.ofLiteral("203.0.113.7");
    assertThat(reserve("second", request(elsewhere, 0, 80, Protocol.TCP)))
        .isInstanceOf(PublishResult.AddressUnknown.class);
  }

  @Test
  void publishedPortsOutliveTheProcessThatPublishedThem() throws Exception {
    PublishedPort port = publish("server", LOOPBACK, 80);
    table.close();
    assertThat(answer("127.0.0.1", port.hostPort())).isEqualTo("hello\n");
  }

  @Test
  void aTableBuiltAnewHasThePortsOfThoseThatLive() throws Exception {
    PublishedPort dead = publish("dead", LOOPBACK, 80);
    PublishedPort port = publish("server", LOOPBACK, 80);
    table.close();
    Inet4Address address = network.subnet().address(2);
    portTable(network, List.of(new PortTable.Live("server", address, List.of(port))));
    assertThat(answer("127.0.0.1", port.hostPort())).isEqualTo("hello\n");
    assertThat(rules(TABLE)).doesNotContain(Integer.toString(dead.hostPort()));
  }

  @Test
  void aFlushedFirewallIsBuiltAnewWithTheNextPort() throws Exception {
    PublishedPort first = publish("first", LOOPBACK, 80);
    try (Firewall firewall = Firewall.open()) {
      firewall.run("delete table ip " + TABLE);
    }
    publish("second", LOOPBACK, 80);
    assertThat(answer("127.0.0.1", first.hostPort())).isEqualTo("hello\n");
  }

  @Test
  void tablesOfOthersStayAsTheyAre() throws Exception {
    String foreign = TABLE + "_foreign";
    try (Firewall firewall = Firewall.open()) {
      firewall.run("add table ip " + foreign + "\nadd chain ip " + foreign + " mine");
      publish("server", LOOPBACK, 80);
      portTable(network, List.of());
      assertThat(rules(foreign)).contains("mine");
      firewall.run("delete table ip " + foreign);
    }
  }

  @Test
  void theTableGoesWithItsLastBridge() throws Exception {
    PortTable second = portTable(bridge("b", 215), List.of());
    table.delete();
    assertThat(rules(TABLE)).contains("forward_gtb");
    second.delete();
    assertThatThrownBy(() -> rules(TABLE)).isInstanceOf(FirewallException.class);
  }

  private BridgeNetwork bridge(String letter, int subnet) throws Exception {
    BridgeNetwork bridge =
        BridgeNetwork.ensure("gt" + letter + PID, Subnet.parse("10." + subnet + ".9.0/24"));
    garbage.add(bridge::delete);
    return bridge;
  }

  private PortTable portTable(BridgeNetwork bridge, List<PortTable.Live> live) throws Exception {
    PortTable made = PortTable.open(INSTANCE, bridge, live);
    garbage.add(
        () -> {
          made.close();
          PortTable.open(INSTANCE, bridge, List.of()).delete();
        });
    return made;
  }

  private NetworkNamespace namespace(String owner, BridgeNetwork bridge, int offset)
      throws Exception {
    Inet4Address address = bridge.subnet().address(offset);
    NetworkNamespace namespace =
        new NetworkNamespace("gt-" + owner + PID, bridge.attachment(INSTANCE, owner, address));
    garbage.add(namespace);
    return namespace;
  }

  private PublishedPort publish(String owner, Inet4Address hostAddress, int containerPort)
      throws Exception {
    PublishResult reserved = reserve(owner, request(hostAddress, 0, containerPort, Protocol.TCP));
    assertThat(table.publish(owner)).isEqualTo(reserved);
    return granted(reserved).getFirst();
  }

  private PublishResult reserve(String owner, PortRequest... requests) throws Exception {
    return table.reserve(owner, network.subnet().address(2), List.of(requests));
  }

  private static List<PublishedPort> granted(PublishResult result) {
    return ((PublishResult.Granted) result).ports();
  }

  private static PortRequest request(
      Inet4Address address, int hostPort, int containerPort, Protocol protocol) {
    return new PortRequest(address, hostPort, containerPort, protocol);
  }

  private String gateway() {
    return network.subnet().gateway().getHostAddress();
  }

  private static String answer(String address, int port) throws Exception {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 10_000);
      socket.setSoTimeout(10_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String rules(String table) throws Exception {
    try (Firewall firewall = Firewall.open()) {
      return firewall.list("list table ip " + table);
    }
  }
}
