package dev.gantry.oci.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkPolicyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fec0::1",
        "fd00:ec2::254",
        "ff02::1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
      })
  void privateAndSpecialAddressesAreRefused(String address) {
    assertThat(NetworkPolicy.PUBLIC.allows(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.1.1.1", "172.32.0.1", "172.15.255.255", "100.63.255.255", "2606:4700::1111"})
  void publicAddressesAreAllowed(String address) {
    assertThat(NetworkPolicy.PUBLIC.allows(InetAddress.ofLiteral(address))).isTrue();
  }

  @Test
  void whatIsNamedIsAllowedAndNothingElse() {
    NetworkPolicy policy = NetworkPolicy.of(List.of("10.1.0.0/16", "::1"));
    assertThat(
            List.of("10.1.255.1", "10.2.0.1", "::1", "::2").stream()
                .map(InetAddress::ofLiteral)
                .map(policy::allows))
        .containsExactly(true, false, true, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/x", "localhost", "10.0.0/-1", "/8"})
  void whatIsNoNetworkIsRefusedByName(String network) {
    assertThatIllegalArgumentException().isThrownBy(() -> NetworkPolicy.of(List.of(network)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.1", "2130706433", "0x7f000001", "[::1]"})
  void namesAndOddFormsOfThisHostAreRefused(String host) {
    assertThatExceptionOfType(java.io.IOException.class)
        .isThrownBy(() -> NetworkPolicy.PUBLIC.resolve(host));
  }
}
