package dev.gantry.linux.network;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel remembers of the IPv4 flows through this network namespace (conntrack): a flow
 * that it knows goes where its first packet went, whatever the firewall says by now. Thread-safe.
 */
public final class FlowTable implements AutoCloseable {
  private static final int CT_GET = 1 << 8 | 1;
  private static final int CT_DELETE = 1 << 8 | 2;
  private static final int REQUEST_ACK = 0x1 | 0x4;
  private static final int REQUEST_DUMP = 0x1 | 0x300;
  private static final int AF_INET = 2;
  private static final int HEADER_BYTES = 4;
  private static final int CTA_TUPLE_ORIG = 1;
  private static final int CTA_TUPLE_REPLY = 2;
  private static final int CTA_ID = 12;
  private static final int CTA_TUPLE_IP = 1;
  private static final int CTA_TUPLE_PROTO = 2;
  private static final int CTA_IP_V4_SRC = 1;
  private static final int CTA_IP_V4_DST = 2;
  private static final int CTA_PROTO_NUM = 1;
  private static final int CTA_PROTO_SRC_PORT = 2;
  private static final int CTA_PROTO_DST_PORT = 3;
  private static final int NESTED = 0x8000;

  private final NetlinkSocket socket;

  private FlowTable(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Where a packet comes from, or goes to. */
  public record Endpoint(Inet4Address address, int port) {}

  /**
   * A flow with ports.
   *
   * @param protocol its number: 6 is TCP, 17 is UDP
   * @param wanted where its first packet was sent to
   * @param answering where its answers come from: somebody else when it was readdressed
   */
  public record Flow(int protocol, Endpoint wanted, Endpoint answering) {}

  /** Opens the table of the network namespace of the calling thread. */
  public static FlowTable open() throws LinuxException {
    return new FlowTable(NetlinkSocket.openNetfilter());
  }

  /**
   * Makes the kernel forget flows: their next packet is a first one. One that has ended meanwhile
   * is success.
   *
   * @return how many it forgot
   */
  public synchronized int forget(Predicate<Flow> which) throws LinuxException {
    int forgotten = 0;
    for (ByteBuffer answer :
        socket.request("IPCTNL_MSG_CT_GET", "", message(CT_GET, REQUEST_DUMP))) {
      Map<Integer, ByteBuffer> entry = NetlinkMessage.attributes(answer.position(HEADER_BYTES));
      if (flow(entry).filter(which).isPresent()) {
        delete(entry);
        forgotten++;
      }
    }
    return forgotten;
  }

  private void delete(Map<Integer, ByteBuffer> entry) throws LinuxException {
    NetlinkMessage request = message(CT_DELETE, REQUEST_ACK);
    ByteBuffer tuple = entry.get(CTA_TUPLE_ORIG);
    request.attribute(CTA_TUPLE_ORIG | NESTED, bytes(tuple));
    ByteBuffer id = entry.get(CTA_ID);
    if (id != null) {
      request.attribute(CTA_ID, bytes(id));
    }
    try {
      socket.request("IPCTNL_MSG_CT_DELETE", "", request);
    } catch (LinuxException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private static NetlinkMessage message(int type, int flags) {
    // struct nfgenmsg: family, version, resource (16 bits).
    return new NetlinkMessage(type, flags).bytes(AF_INET, 0, 0, 0);
  }

  private static Optional<Flow> flow(Map<Integer, ByteBuffer> entry) {
    ByteBuffer orig = entry.get(CTA_TUPLE_ORIG);
    ByteBuffer reply = entry.get(CTA_TUPLE_REPLY);
    if (orig == null || reply == null) {
      return Optional.empty();
    }
    Map<Integer, ByteBuffer> there =
        NetlinkMessage.attributes(orig.duplicate().order(orig.order()));
    Map<Integer, ByteBuffer> back =
        NetlinkMessage.attributes(reply.duplicate().order(reply.order()));
    ByteBuffer ports = there.get(CTA_TUPLE_PROTO);
    ByteBuffer number = ports == null ? null : inner(ports).get(CTA_PROTO_NUM);
    Endpoint wanted = endpoint(there, CTA_IP_V4_DST, CTA_PROTO_DST_PORT);
    Endpoint answering = endpoint(back, CTA_IP_V4_SRC, CTA_PROTO_SRC_PORT);
    return number == null || wanted == null || answering == null
        ? Optional.empty()
        : Optional.of(new Flow(Byte.toUnsignedInt(number.get(0)), wanted, answering));
  }

  private static @Nullable Endpoint endpoint(
      Map<Integer, ByteBuffer> tuple, int addressType, int portType) {
    ByteBuffer addresses = tuple.get(CTA_TUPLE_IP);
    ByteBuffer ports = tuple.get(CTA_TUPLE_PROTO);
    ByteBuffer address = addresses == null ? null : inner(addresses).get(addressType);
    ByteBuffer port = ports == null ? null : inner(ports).get(portType);
    if (address == null || port == null) {
      return null;
    }
    try {
      return new Endpoint(
          (Inet4Address) InetAddress.getByAddress(bytes(address)),
          Short.toUnsignedInt(port.duplicate().order(ByteOrder.BIG_ENDIAN).getShort(0)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<Integer, ByteBuffer> inner(ByteBuffer nested) {
    return NetlinkMessage.attributes(nested.duplicate().order(nested.order()));
  }

  private static byte[] bytes(@Nullable ByteBuffer value) {
    if (value == null) {
      return new byte[0];
    }
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public synchronized void close() {
    socket.close();
  }
}
