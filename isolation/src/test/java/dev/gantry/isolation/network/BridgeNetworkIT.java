package dev.gantry.isolation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.network.Link;
import dev.gantry.linux.network.RouteClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BridgeNetworkIT {
  private static final Subnet SUBNET = Subnet.parse("10.216.9.0/24");

  private final String name = "gtn" + ProcessHandle.current().pid();

  @AfterEach
  void delete() throws IOException {
    try (RouteClient routes = RouteClient.open()) {
      routes.delete(name);
      routes.delete(name + "x");
    }
  }

  @Test
  void theBridgeIsUpWithTheFirstAddress() throws IOException {
    BridgeNetwork.ensure(name, SUBNET);
    try (RouteClient routes = RouteClient.open()) {
      Link link = routes.link(name).orElseThrow();
      assertThat(link.up()).isTrue();
      assertThat(routes.addresses())
          .anyMatch(a -> a.link() == link.index() && a.address().equals(SUBNET.gateway()));
    }
  }

  @Test
  void ensuringItTwiceChangesNothing() throws IOException {
    BridgeNetwork.ensure(name, SUBNET);
    try (RouteClient routes = RouteClient.open()) {
      Link before = routes.link(name).orElseThrow();
      BridgeNetwork.ensure(name, SUBNET);
      assertThat(routes.link(name)).contains(before);
    }
  }

  @Test
  void aBridgeOfAnotherSubnetIsAConflict() throws IOException {
    BridgeNetwork.ensure(name, SUBNET);
    assertThatThrownBy(() -> BridgeNetwork.ensure(name, Subnet.parse("10.217.9.0/24")))
        .isInstanceOf(NetworkConflictException.class)
        .hasMessageContaining("10.216.9.1/24");
  }

  @Test
  void aSubnetThatAnotherLinkHasIsAConflict() throws IOException {
    BridgeNetwork.ensure(name, SUBNET);
    assertThatThrownBy(() -> BridgeNetwork.ensure(name + "x", Subnet.parse("10.216.9.128/25")))
        .isInstanceOf(NetworkConflictException.class)
        .hasMessageContaining(name);
  }

  @Test
  void aConflictLeavesNoBridgeBehind() throws IOException {
    BridgeNetwork.ensure(name, SUBNET);
    assertThatThrownBy(() -> BridgeNetwork.ensure(name + "x", SUBNET))
        .isInstanceOf(NetworkConflictException.class);
    try (RouteClient routes = RouteClient.open()) {
      assertThat(routes.link(name + "x")).isEmpty();
    }
  }

  @Test
  void aLinkThatIsNoBridgeIsAConflict() {
    assertThatThrownBy(() -> BridgeNetwork.ensure("lo", SUBNET))
        .isInstanceOf(NetworkConflictException.class)
        .hasMessageContaining("lo");
  }

  @Test
  void aNameThatTheKernelWouldRefuseIsRefusedFirst() {
    assertThatThrownBy(() -> BridgeNetwork.ensure("../../etc/passwd", SUBNET))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itCanBeDeletedTwice() throws IOException {
    BridgeNetwork bridge = BridgeNetwork.ensure(name, SUBNET);
    bridge.delete();
    bridge.delete();
    try (RouteClient routes = RouteClient.open()) {
      assertThat(routes.link(name)).isEmpty();
    }
  }
}
