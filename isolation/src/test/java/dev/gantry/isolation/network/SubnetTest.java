package dev.gantry.isolation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
  @Test
  void theGatewayIsTheFirstAddress() {
    assertThat(Subnet.parse("10.210.0.0/16").gateway().getHostAddress()).isEqualTo("10.210.0.1");
  }

  @Test
  void itHoldsItsAddressesAndNoOthers() {
    Subnet subnet = Subnet.parse("192.168.4.0/22");
    assertThat(subnet.contains(Inet4Address.ofLiteral("192.168.7.255"))).isTrue();
    assertThat(subnet.contains(Inet4Address.ofLiteral("192.168.8.0"))).isFalse();
  }

  @Test
  void aSubnetOverlapsWhatItIsPartOf() {
    assertThat(Subnet.parse("10.1.2.0/24").overlaps(Subnet.parse("10.1.0.0/16"))).isTrue();
    assertThat(Subnet.parse("10.1.0.0/24").overlaps(Subnet.parse("10.1.1.0/24"))).isFalse();
  }

  @Test
  void offsetsCountFromTheNetworksAddress() {
    Subnet subnet = Subnet.parse("10.210.0.0/16");
    assertThat(subnet.offset(subnet.address(300))).isEqualTo(300);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1/16",
        "10.0.0.0",
        "10.0.0.0/33",
        "10.0.0.0/30",
        "x/16",
        "10.0.0/16",
        "::/64"
      })
  void whatIsNoSubnetIsRefused(String text) {
    assertThatThrownBy(() -> Subnet.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
