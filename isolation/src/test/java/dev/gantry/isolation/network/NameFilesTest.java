package dev.gantry.isolation.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NameFilesTest {
  private static final NetworkAttachment ATTACHMENT =
      new NetworkAttachment(
          "gantry0",
          "gt0",
          Inet4Address.ofLiteral("10.210.0.2"),
          16,
          Inet4Address.ofLiteral("10.210.0.1"),
          MacAddress.of(Inet4Address.ofLiteral("10.210.0.2")),
          List.of(InetAddress.ofLiteral("192.0.2.53")),
          Map.of("db", InetAddress.ofLiteral("10.210.0.3")));

  @Test
  void theHostsFileHasTheHostNameWithItsAddress() {
    assertThat(NameFiles.of("box", Optional.of(ATTACHMENT)).hosts())
        .contains("127.0.0.1\tlocalhost\n")
        .contains("10.210.0.2\tbox\n");
  }

  @Test
  void furtherHostsAreInTheHostsFile() {
    assertThat(NameFiles.of("box", Optional.of(ATTACHMENT)).hosts()).contains("10.210.0.3\tdb\n");
  }

  @Test
  void nameServersAreInResolvConf() {
    assertThat(NameFiles.of("box", Optional.of(ATTACHMENT)).resolvConf())
        .isEqualTo("nameserver 192.0.2.53\n");
  }

  @Test
  void withoutANetworkThereIsNobodyToAsk() {
    NameFiles files = NameFiles.of("box", Optional.empty());
    assertThat(files.resolvConf()).isEmpty();
    assertThat(files.hosts()).contains("127.0.0.1\tbox\n");
  }

  @Test
  void loopbackServersOfTheHostAreNotReachable() {
    assertThat(
            NameFiles.resolvers(
                List.of("# comment", "nameserver 127.0.0.53", "nameserver  192.0.2.1", "search x")))
        .containsExactly(InetAddress.ofLiteral("192.0.2.1"));
  }

  @Test
  void moreServersThanTheLibraryReadsAreLeftOut() {
    assertThat(
            NameFiles.resolvers(
                List.of(
                    "nameserver 192.0.2.1",
                    "nameserver 192.0.2.2",
                    "nameserver 192.0.2.3",
                    "nameserver 192.0.2.4")))
        .hasSize(3);
  }

  @Test
  void linkAddressesFollowTheAddress() {
    assertThat(ATTACHMENT.mac()).hasToString("02:67:0a:d2:00:02");
  }

  @Test
  void interfaceNamesFitTheKernel() {
    assertThat(InterfaceName.of("an instance with a long name", "0".repeat(64)))
        .hasSizeLessThanOrEqualTo(15)
        .startsWith("gt");
  }
}
