package dev.gantry.isolation.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NameFilesTest {
  private static final Inet4Address ADDRESS = Inet4Address.ofLiteral("10.210.0.2");
  private static final Resolution RESOLUTION =
      new Resolution(
              List.of(InetAddress.ofLiteral("192.0.2.53")),
              List.of("one.test", "two.test"),
              List.of("ndots:0"),
              new LinkedHashMap<>())
          .withHosts(Map.of("db", InetAddress.ofLiteral("10.210.0.3")));

  @Test
  void theHostsFileHasTheHostNameWithItsAddress() {
    assertThat(NameFiles.of("box", Optional.of(ADDRESS), RESOLUTION).hosts())
        .contains("127.0.0.1\tlocalhost\n")
        .contains("10.210.0.2\tbox\n");
  }

  @Test
  void furtherHostsAreInTheHostsFile() {
    assertThat(NameFiles.of("box", Optional.of(ADDRESS), RESOLUTION).hosts())
        .contains("10.210.0.3\tdb\n");
  }

  @Test
  void nameServersDomainsAndOptionsAreInResolvConf() {
    assertThat(NameFiles.of("box", Optional.of(ADDRESS), RESOLUTION).resolvConf())
        .isEqualTo("nameserver 192.0.2.53\nsearch one.test two.test\noptions ndots:0\n");
  }

  @Test
  void withoutANetworkThereIsNobodyToAsk() {
    NameFiles files = NameFiles.of("box", Optional.empty(), Resolution.NONE);
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
    assertThat(MacAddress.of(ADDRESS)).hasToString("02:67:0a:d2:00:02");
  }

  @Test
  void interfaceNamesFitTheKernel() {
    assertThat(InterfaceName.of("an instance with a long name", "0".repeat(64)))
        .hasSizeLessThanOrEqualTo(15)
        .startsWith("gt");
  }
}
