package dev.gantry.isolation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressPoolTest {
  /** Six host addresses: the gateway's and five. */
  private static final Subnet SMALL = Subnet.parse("10.9.8.0/29");

  @TempDir Path directory;

  @Test
  void addressesBeginAfterTheGateways() throws IOException {
    try (AddressPool pool = open(SMALL)) {
      assertThat(pool.allocate("a")).contains(Inet4Address.ofLiteral("10.9.8.2"));
    }
  }

  @Test
  void everyAddressButTheGatewaysAndTheBroadcastIsGivenOnce() throws IOException {
    try (AddressPool pool = open(SMALL)) {
      Set<String> given = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        given.add(pool.allocate("owner" + i).orElseThrow().getHostAddress());
      }
      assertThat(given)
          .containsExactlyInAnyOrder("10.9.8.2", "10.9.8.3", "10.9.8.4", "10.9.8.5", "10.9.8.6");
      assertThat(pool.allocate("late")).isEmpty();
    }
  }

  @Test
  void anOwnerKeepsItsAddressAfterANewStart() throws IOException {
    try (AddressPool pool = open(SMALL)) {
      pool.allocate("a");
      pool.allocate("b");
    }
    try (AddressPool pool = open(SMALL)) {
      assertThat(pool.allocate("b")).contains(Inet4Address.ofLiteral("10.9.8.3"));
    }
  }

  @Test
  void aReleasedAddressIsTheLastToBeGivenAgain() throws IOException {
    try (AddressPool pool = open(SMALL)) {
      pool.allocate("a");
      pool.release("a");
      assertThat(pool.allocate("b")).contains(Inet4Address.ofLiteral("10.9.8.3"));
    }
  }

  @Test
  void aPoolOfAnotherSubnetIsRefused() throws IOException {
    open(SMALL).close();
    assertThatThrownBy(() -> open(Subnet.parse("10.9.9.0/29")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("10.9.8.0/29");
  }

  private AddressPool open(Subnet subnet) throws IOException {
    return AddressPool.open(directory.resolve("addresses"), subnet);
  }
}
