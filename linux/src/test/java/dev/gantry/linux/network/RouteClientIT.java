package dev.gantry.linux.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import java.net.Inet4Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteClientIT {
  private static final byte[] LINK_ADDRESS = {2, 0x67, 10, 1, 2, 3};

  private final String name = "gtr" + ProcessHandle.current().pid();
  private RouteClient routes;

  @BeforeEach
  void open() throws LinuxException {
    routes = RouteClient.open();
  }

  @AfterEach
  void delete() throws LinuxException {
    routes.delete(name);
    routes.close();
  }

  @Test
  void theLoopbackLinkIsListed() throws LinuxException {
    assertThat(routes.links()).anyMatch(link -> link.name().equals("lo") && link.index() == 1);
  }

  @Test
  void theLoopbackAddressIsListed() throws LinuxException {
    assertThat(routes.addresses())
        .contains(new LinkAddress(1, Inet4Address.ofLiteral("127.0.0.1"), 8));
  }

  @Test
  void aMadeBridgeIsFoundByName() throws LinuxException {
    routes.createBridge(name, LINK_ADDRESS);
    assertThat(routes.link(name))
        .hasValueSatisfying(link -> assertThat(link.kind()).isEqualTo("bridge"));
  }

  @Test
  void aLinkThatIsUpHasTheRouteOfItsAddress() throws LinuxException {
    routes.createBridge(name, LINK_ADDRESS);
    Link link = routes.link(name).orElseThrow();
    routes.addAddress(link, Inet4Address.ofLiteral("10.213.77.1"), 24);
    routes.up(link);
    assertThat(routes.routes())
        .contains(new Route(Inet4Address.ofLiteral("10.213.77.0"), 24, link.index()));
  }

  @Test
  void anAddressThatIsThereAlreadyIsSuccess() throws LinuxException {
    routes.createBridge(name, LINK_ADDRESS);
    Link link = routes.link(name).orElseThrow();
    routes.addAddress(link, Inet4Address.ofLiteral("10.213.77.1"), 24);
    routes.addAddress(link, Inet4Address.ofLiteral("10.213.77.1"), 24);
    assertThat(routes.addresses()).filteredOn(a -> a.link() == link.index()).hasSize(1);
  }

  @Test
  void aTakenNameIsAnErrorThatNamesIt() throws LinuxException {
    routes.createBridge(name, LINK_ADDRESS);
    assertThatThrownBy(() -> routes.createBridge(name, LINK_ADDRESS))
        .isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.is(Errno.EEXIST)).isTrue())
        .hasMessageContaining(name);
  }

  @Test
  void aLinkThatDoesNotExistIsNotFound() throws LinuxException {
    assertThat(routes.link("gtnone")).isEmpty();
  }

  @Test
  void aLinkThatDoesNotExistCanBeDeleted() throws LinuxException {
    routes.delete("gtnone");
    assertThat(routes.link("gtnone")).isEmpty();
  }
}
