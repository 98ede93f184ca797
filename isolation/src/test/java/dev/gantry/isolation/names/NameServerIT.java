package dev.gantry.isolation.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.linux.process.ProcessId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program itself, asked on loopback addresses of its own. */
class NameServerIT {
  private static final int DNS_PORT = 53;
  private static final Inet4Address ANYBODY = Inet4Address.ofLiteral("0.0.0.0");
  private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");

  /** Another one for each test process, so that two do not meet. */
  private static final String NET =
      "127."
          + (10 + ProcessHandle.current().pid() % 200)
          + "."
          + ProcessHandle.current().pid() / 200 % 250;

  private static final Inet4Address HERE = Inet4Address.ofLiteral(NET + ".1");
  private static final Inet4Address THERE = Inet4Address.ofLiteral(NET + ".129");

  @TempDir private Path directory;
  private NameServer server;

  @BeforeEach
  void start() throws Exception {
    server = NameServer.open(directory);
    server.publish(
        zone(HERE, List.of(), name("Web", 3), name("web", 4), name("db", 5), name("0a1b2c", 5)));
    awaitAnswer(HERE, "web");
  }

  @AfterEach
  void stop() throws Exception {
    try (NameServer last = NameServer.open(directory)) {
      last.delete();
    } finally {
      server.close();
    }
  }

  @Test
  void aNameIsAnsweredWithAllItsAddresses() throws Exception {
    assertThat(ask(HERE, "web", Dns.A).addresses())
        .containsExactlyInAnyOrder("10.9.8.3", "10.9.8.4");
  }

  @Test
  void theFirstAddressIsNotAlwaysTheSame() throws Exception {
    Set<String> first = new TreeSet<>();
    for (int i = 0; i < 4; i++) {
      first.add(ask(HERE, "web", Dns.A).addresses().getFirst());
    }
    assertThat(first).containsExactly("10.9.8.3", "10.9.8.4");
  }

  @Test
  void caseDoesNotMatter() throws Exception {
    assertThat(ask(HERE, "DB", Dns.A).addresses()).containsExactly("10.9.8.5");
  }

  @Test
  void aNameWithTheNetworksNameIsTheSame() throws Exception {
    assertThat(ask(HERE, "db.backend", Dns.A).addresses()).containsExactly("10.9.8.5");
  }

  @Test
  void anotherTypeOfAKnownNameIsEmptyAndNoError() throws Exception {
    Dns answer = ask(HERE, "db", Dns.AAAA);
    assertThat(answer.code()).isZero();
    assertThat(answer.records()).isZero();
  }

  @Test
  void anAddressHasAName() throws Exception {
    assertThat(ask(HERE, "5.8.9.10.in-addr.arpa", Dns.PTR).text()).contains("db");
  }

  @Test
  void byTcpItAnswersTheSame() throws Exception {
    assertThat(askStream(HERE, "db").addresses()).containsExactly("10.9.8.5");
  }

  @Test
  void whatDoesNotFitIsToBeAskedByTcp() throws Exception {
    Zone.Name[] names = new Zone.Name[200];
    Arrays.setAll(names, i -> name("many", i + 1));
    server.publish(zone(HERE, List.of(), names));
    awaitAnswer(HERE, "many");
    assertThat(ask(HERE, "many", Dns.A).truncated()).isTrue();
    assertThat(askStream(HERE, "many").addresses()).hasSize(200);
  }

  @Test
  void withoutServersToAskAnUnknownNameIsAFailure() throws Exception {
    assertThat(ask(HERE, "example.com", Dns.A).code()).isEqualTo(Dns.SERVER_FAILURE);
  }

  @Test
  void anUnknownNameIsAskedOfTheServers() throws Exception {
    server.publish(zone(THERE, List.of(new Zone.Upstream(HERE, ANYBODY)), name("near", 9)));
    awaitAnswer(THERE, "near");
    assertThat(ask(THERE, "db", Dns.A).addresses()).containsExactly("10.9.8.5");
    assertThat(askStream(THERE, "db").addresses()).containsExactly("10.9.8.5");
  }

  @Test
  void aServerThatIsNotThereIsPassedOver() throws Exception {
    Inet4Address nobody = Inet4Address.ofLiteral(NET + ".77");
    server.publish(
        zone(
            THERE,
            List.of(new Zone.Upstream(nobody, ANYBODY), new Zone.Upstream(HERE, ANYBODY)),
            name("near", 9)));
    awaitAnswer(THERE, "near");
    assertThat(ask(THERE, "db", Dns.A).addresses()).containsExactly("10.9.8.5");
  }

  @Test
  void aClientHasServersOfItsOwn() throws Exception {
    server.publish(zone(THERE, List.of(new Zone.Upstream(HERE, LOOPBACK)), name("near", 9)));
    awaitAnswer(THERE, "near");
    assertThat(ask(THERE, "db", Dns.A).code()).isZero();
  }

  @Test
  void aGuestKnowsTheNamesOfBothNetworks() throws Exception {
    Zone near = zone(THERE, List.of(), name("near", 9));
    server.publish(
        new Zone(
            near.bridge(),
            THERE,
            8,
            "",
            near.names(),
            List.of(),
            List.of(new Zone.Guest(LOOPBACK, bridge(HERE)))));
    awaitAnswer(THERE, "near");
    assertThat(ask(THERE, "db", Dns.A).addresses()).containsExactly("10.9.8.5");
  }

  @Test
  void nobodyFromElsewhereIsAnswered() throws Exception {
    server.publish(
        new Zone(bridge(THERE), THERE, 30, "", List.of(name("near", 9)), List.of(), List.of()));
    awaitAnswer(THERE, "near", THERE);
    assertThat(exchange(THERE, Dns.query("near", Dns.A), LOOPBACK, 500)).isEmpty();
  }

  @Test
  void aZoneThatIsNoLongerThereIsNotAnswered() throws Exception {
    server.retain(Set.of());
    long deadline = deadline();
    while (exchange(HERE, Dns.query("db", Dns.A), LOOPBACK, 200).isPresent()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  @Test
  void itAnswersWhenWhoStartedItIsGoneAndTheNextTakesItOver() throws Exception {
    ProcessId first = server.process().orElseThrow();
    server.close();
    assertThat(ask(HERE, "db", Dns.A).addresses()).containsExactly("10.9.8.5");
    server = NameServer.open(directory);
    assertThat(server.process()).contains(first);
  }

  @Test
  void oneThatIsKilledIsStartedAnew() throws Exception {
    ProcessId first = server.process().orElseThrow();
    first.signal(9);
    long deadline = deadline();
    while (server.process().filter(now -> !now.equals(first)).isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
    awaitAnswer(HERE, "db");
  }

  @Test
  void itIsNobodyAndSeesItsZonesOnly() throws Exception {
    Path process = Path.of("/proc", Long.toString(server.process().orElseThrow().pid()));
    assertThat(Files.readString(process.resolve("status")))
        .contains("Uid:\t65534\t65534\t65534\t65534")
        .contains("CapEff:\t0000000000000400")
        .contains("NoNewPrivs:\t1")
        .contains("Seccomp:\t2");
    assertThat(Files.readSymbolicLink(process.resolve("root")))
        .isEqualTo(directory.resolve("zones"));
  }

  @Test
  void brokenMessagesDoNoHarm() throws Exception {
    ProcessId process = server.process().orElseThrow();
    Random random = new Random(20_260_101);
    byte[] good = Dns.query("db.backend", Dns.A);
    try (DatagramSocket client = new DatagramSocket(0, LOOPBACK)) {
      for (int i = 0; i < 20_000; i++) {
        byte[] message = Arrays.copyOf(good, random.nextInt(good.length + 40));
        if (i % 4 == 0) {
          random.nextBytes(message);
        }
        for (int bits = random.nextInt(6); bits > 0 && message.length > 0; bits--) {
          message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
        }
        client.send(new DatagramPacket(message, message.length, HERE, DNS_PORT));
      }
    }
    awaitAnswer(HERE, "db"); // its queue is full still, perhaps
    assertThat(server.process()).contains(process);
  }

  @Test
  void brokenStreamsDoNoHarm() throws Exception {
    ProcessId process = server.process().orElseThrow();
    Random random = new Random(20_260_102);
    for (int i = 0; i < 300; i++) {
      byte[] message = new byte[random.nextInt(200)];
      random.nextBytes(message);
      try (Socket client = new Socket(HERE, DNS_PORT)) {
        client.getOutputStream().write(message);
      } catch (java.io.IOException e) {
        continue; // it hung up first, which is its right
      }
    }
    assertThat(askStream(HERE, "db").addresses()).containsExactly("10.9.8.5");
    assertThat(server.process()).contains(process);
  }

  private static Zone zone(
      Inet4Address address, List<Zone.Upstream> upstreams, Zone.Name... names) {
    return new Zone(bridge(address), address, 8, "backend", List.of(names), upstreams, List.of());
  }

  private static String bridge(Inet4Address address) {
    return "gt" + Byte.toUnsignedInt(address.getAddress()[3]);
  }

  private static Zone.Name name(String text, int last) {
    return new Zone.Name(text, Inet4Address.ofLiteral("10.9.8." + last));
  }

  private static Dns ask(Inet4Address address, String name, int type) throws Exception {
    return exchange(address, Dns.query(name, type), LOOPBACK, 20_000).orElseThrow();
  }

  private static Optional<Dns> exchange(
      Inet4Address address, byte[] query, Inet4Address from, int patienceMillis) throws Exception {
    try (DatagramSocket client = new DatagramSocket(0, from)) {
      client.setSoTimeout(patienceMillis);
      client.connect(new InetSocketAddress(address, DNS_PORT));
      client.send(new DatagramPacket(query, query.length));
      DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
      client.receive(answer);
      return Optional.of(new Dns(Arrays.copyOf(answer.getData(), answer.getLength())));
    } catch (SocketTimeoutException | java.net.PortUnreachableException e) {
      return Optional.empty();
    }
  }

  private static Dns askStream(Inet4Address address, String name) throws Exception {
    byte[] query = Dns.query(name, Dns.A);
    try (Socket client = new Socket()) {
      client.bind(new InetSocketAddress(LOOPBACK, 0));
      client.connect(new InetSocketAddress(address, DNS_PORT), 20_000);
      client.setSoTimeout(20_000);
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      out.writeShort(query.length);
      out.write(query);
      DataInputStream in = new DataInputStream(client.getInputStream());
      return new Dns(in.readNBytes(in.readUnsignedShort()));
    }
  }

  private static void awaitAnswer(Inet4Address address, String name) throws Exception {
    awaitAnswer(address, name, LOOPBACK);
  }

  private static void awaitAnswer(Inet4Address address, String name, Inet4Address from)
      throws Exception {
    long deadline = deadline();
    while (exchange(address, Dns.query(name, Dns.A), from, 200)
        .filter(answer -> answer.records() > 0)
        .isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static long deadline() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
  }
}
