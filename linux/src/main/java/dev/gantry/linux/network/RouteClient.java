package dev.gantry.linux.network;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Links, addresses and routes of the network namespace of the thread that opens it, through
 * rtnetlink(7). Thread-safe.
 */
public final class RouteClient implements AutoCloseable {
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_DELLINK = 17;
  private static final int RTM_GETLINK = 18;
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_GETADDR = 22;
  private static final int RTM_GETROUTE = 26;
  private static final int RTM_NEWNEIGH = 28;
  private static final int REQUEST_ACK = 0x1 | 0x4;
  private static final int REQUEST_REPLACE = REQUEST_ACK | 0x400 | 0x100;
  private static final int REQUEST_DUMP = 0x1 | 0x300;
  private static final int REQUEST_CREATE = REQUEST_ACK | 0x200 | 0x400;

  private static final int AF_UNSPEC = 0;
  private static final int AF_INET = 2;
  private static final int IFF_UP = 1;
  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_LINK = 5;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_BROADCAST = 4;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RT_TABLE_MAIN = 254;
  private static final int NUD_REACHABLE = 2;
  private static final int NDA_DST = 1;
  private static final int NDA_LLADDR = 2;

  private final NetlinkSocket socket;

  private RouteClient(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Opens a client for the network namespace of the calling thread. */
  public static RouteClient open() throws LinuxException {
    return new RouteClient(NetlinkSocket.open());
  }

  /**
   * Makes a bridge, down, with this link address.
   *
   * @throws LinuxException EEXIST when there is a link of this name
   */
  public synchronized void createBridge(String name, byte[] linkAddress) throws LinuxException {
    socket.request(
        "RTM_NEWLINK",
        name,
        linkMessage(RTM_NEWLINK, REQUEST_CREATE, 0, 0)
            .attribute(IFLA_IFNAME, name)
            .attribute(IFLA_ADDRESS, linkAddress)
            .nested(IFLA_LINKINFO, IFLA_INFO_KIND, "bridge"));
  }

  /** Sets a link up. */
  public synchronized void up(Link link) throws LinuxException {
    socket.request(
        "RTM_NEWLINK up", link.name(), linkMessage(RTM_NEWLINK, REQUEST_ACK, link.index(), IFF_UP));
  }

  /** Adds an address; one that is there already is success. */
  public synchronized void addAddress(Link link, Inet4Address address, int prefix)
      throws LinuxException {
    byte[] local = address.getAddress();
    byte[] broadcast = ByteBuffer.allocate(4).putInt(toInt(local) | (-1 >>> prefix)).array();
    try {
      socket.request(
          "RTM_NEWADDR",
          address.getHostAddress() + "/" + prefix + " " + link.name(),
          new NetlinkMessage(RTM_NEWADDR, REQUEST_CREATE)
              .bytes(AF_INET, prefix, 0, 0)
              .ints(link.index())
              .attribute(IFA_LOCAL, local)
              .attribute(IFA_ADDRESS, local)
              .attribute(IFA_BROADCAST, broadcast));
    } catch (LinuxException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /**
   * Says which link address a neighbour has, as if it had been asked just now: what waits for the
   * answer is sent.
   */
  public synchronized void learn(Link link, Inet4Address neighbour, byte[] linkAddress)
      throws LinuxException {
    socket.request(
        "RTM_NEWNEIGH",
        neighbour.getHostAddress() + " " + link.name(),
        // struct ndmsg: family, padding, index, state (16 bits), flags, type.
        new NetlinkMessage(RTM_NEWNEIGH, REQUEST_REPLACE)
            .bytes(AF_INET, 0, 0, 0)
            .ints(link.index())
            .shorts(NUD_REACHABLE, 0)
            .attribute(NDA_DST, neighbour.getAddress())
            .attribute(NDA_LLADDR, linkAddress));
  }

  /** Deletes a link by its name; one that is gone already is success. */
  public synchronized void delete(String name) throws LinuxException {
    try {
      socket.request(
          "RTM_DELLINK",
          name,
          linkMessage(RTM_DELLINK, REQUEST_ACK, 0, 0).attribute(IFLA_IFNAME, name));
    } catch (LinuxException e) {
      if (!e.is(Errno.ENODEV)) {
        throw e;
      }
    }
  }

  /** The link of this name. */
  public synchronized Optional<Link> link(String name) throws LinuxException {
    try {
      return socket
          .request(
              "RTM_GETLINK",
              name,
              linkMessage(RTM_GETLINK, REQUEST_ACK, 0, 0).attribute(IFLA_IFNAME, name))
          .stream()
          .map(RouteClient::link)
          .findFirst();
    } catch (LinuxException e) {
      if (e.is(Errno.ENODEV)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** All links. */
  public synchronized List<Link> links() throws LinuxException {
    return socket.request("RTM_GETLINK", "", linkMessage(RTM_GETLINK, REQUEST_DUMP, 0, 0)).stream()
        .map(RouteClient::link)
        .toList();
  }

  /** All IPv4 addresses of all links. */
  public synchronized List<LinkAddress> addresses() throws LinuxException {
    List<LinkAddress> addresses = new ArrayList<>();
    NetlinkMessage request =
        new NetlinkMessage(RTM_GETADDR, REQUEST_DUMP).bytes(AF_INET, 0, 0, 0).ints(0);
    for (ByteBuffer answer : socket.request("RTM_GETADDR", "", request)) {
      int prefix = answer.get(1);
      int index = answer.getInt(4);
      ByteBuffer local = NetlinkMessage.attributes(answer.position(8)).get(IFA_LOCAL);
      if (local != null) {
        addresses.add(new LinkAddress(index, address(local), prefix));
      }
    }
    return addresses;
  }

  /** All IPv4 routes of the main table. */
  public synchronized List<Route> routes() throws LinuxException {
    List<Route> routes = new ArrayList<>();
    NetlinkMessage request =
        new NetlinkMessage(RTM_GETROUTE, REQUEST_DUMP).bytes(AF_INET, 0, 0, 0, 0, 0, 0, 0).ints(0);
    for (ByteBuffer answer : socket.request("RTM_GETROUTE", "", request)) {
      int prefix = answer.get(1);
      int table = Byte.toUnsignedInt(answer.get(4));
      Map<Integer, ByteBuffer> attributes = NetlinkMessage.attributes(answer.position(12));
      ByteBuffer destination = attributes.get(RTA_DST);
      ByteBuffer link = attributes.get(RTA_OIF);
      if (table == RT_TABLE_MAIN && link != null) {
        routes.add(
            new Route(
                address(destination == null ? ByteBuffer.allocate(4) : destination),
                prefix,
                link.getInt(0)));
      }
    }
    return routes;
  }

  @Override
  public synchronized void close() {
    socket.close();
  }

  private static NetlinkMessage linkMessage(int type, int flags, int index, int up) {
    // The fields of struct ifinfomsg: family, padding, type (16 bits), index, flags, change mask.
    return new NetlinkMessage(type, flags).bytes(AF_UNSPEC, 0, 0, 0).ints(index, up, up);
  }

  private static Link link(ByteBuffer message) {
    int index = message.getInt(4);
    int flags = message.getInt(8);
    Map<Integer, ByteBuffer> attributes = NetlinkMessage.attributes(message.position(16));
    ByteBuffer info = attributes.get(IFLA_LINKINFO);
    ByteBuffer kind = info == null ? null : NetlinkMessage.attributes(info).get(IFLA_INFO_KIND);
    ByteBuffer master = attributes.get(IFLA_MASTER);
    ByteBuffer peer = attributes.get(IFLA_LINK);
    ByteBuffer name = attributes.get(IFLA_IFNAME);
    return new Link(
        index,
        name == null ? "" : NetlinkMessage.text(name),
        kind == null ? "" : NetlinkMessage.text(kind),
        master == null ? 0 : master.getInt(0),
        peer == null ? 0 : peer.getInt(0),
        (flags & IFF_UP) != 0);
  }

  private static Inet4Address address(ByteBuffer value) {
    byte[] bytes = new byte[4];
    value.duplicate().get(bytes);
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int toInt(byte[] address) {
    return ByteBuffer.wrap(address).getInt();
  }
}
