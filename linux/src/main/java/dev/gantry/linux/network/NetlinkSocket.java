package dev.gantry.linux.network;

import com.sun.jna.Native;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A socket of netlink(7): one request at a time. Not thread-safe. */
final class NetlinkSocket implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int NETLINK_ROUTE = 0;
  private static final int NETLINK_NETFILTER = 12;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int RECEIVE_BYTES = 64 * 1024;

  static {
    Native.register(NetlinkSocket.class, "c");
  }

  private final FileDescriptor socket;
  private final byte[] received = new byte[RECEIVE_BYTES];
  private int sequence;

  private NetlinkSocket(FileDescriptor socket) {
    this.socket = socket;
  }

  private static native int socket(int domain, int type, int protocol);

  private static native long send(int fd, byte[] bytes, long length, int flags);

  private static native long recv(int fd, byte[] bytes, long length, int flags);

  /** Of the family route. */
  static NetlinkSocket open() throws LinuxException {
    return open(NETLINK_ROUTE);
  }

  /** Of the family netfilter. */
  static NetlinkSocket openNetfilter() throws LinuxException {
    return open(NETLINK_NETFILTER);
  }

  private static NetlinkSocket open(int family) throws LinuxException {
    return new NetlinkSocket(
        FileDescriptor.of(
            Libc.check("socket", "netlink", socket(AF_NETLINK, SOCK_RAW_CLOEXEC, family))));
  }

  /**
   * Sends a request and returns the payloads of what is answered, until the kernel says that it is
   * done or acknowledges.
   *
   * @param call what the request is, for the exception
   * @param detail what it is about, for the exception
   */
  List<ByteBuffer> request(String call, String detail, NetlinkMessage message)
      throws LinuxException {
    byte[] bytes = message.seal(++sequence);
    Libc.check(call, detail, send(socket.number(), bytes, bytes.length, 0));
    List<ByteBuffer> answers = new ArrayList<>();
    boolean done = false;
    while (!done) {
      long length = Libc.check(call, detail, recv(socket.number(), received, RECEIVE_BYTES, 0));
      // Parsed attributes point into the bytes, and the next datagram overwrites them.
      ByteBuffer datagram =
          ByteBuffer.wrap(Arrays.copyOf(received, (int) length)).order(ByteOrder.nativeOrder());
      done = read(call, detail, datagram, answers);
    }
    return answers;
  }

  private boolean read(String call, String detail, ByteBuffer datagram, List<ByteBuffer> answers)
      throws LinuxException {
    boolean done = false;
    while (datagram.remaining() >= NetlinkMessage.HEADER_BYTES) {
      int start = datagram.position();
      int length = datagram.getInt(start);
      int type = Short.toUnsignedInt(datagram.getShort(start + 4));
      if (datagram.getInt(start + 8) == sequence) {
        switch (type) {
          case NLMSG_DONE -> done = true;
          case NLMSG_ERROR -> {
            int error = datagram.getInt(start + NetlinkMessage.HEADER_BYTES);
            if (error != 0) {
              throw new LinuxException(call, -error, detail);
            }
            done = true;
          }
          default ->
              answers.add(
                  datagram
                      .slice(
                          start + NetlinkMessage.HEADER_BYTES, length - NetlinkMessage.HEADER_BYTES)
                      .order(ByteOrder.nativeOrder()));
        }
      }
      datagram.position(Math.min(start + NetlinkMessage.aligned(length), datagram.limit()));
    }
    return done;
  }

  @Override
  public void close() {
    socket.close();
  }
}
