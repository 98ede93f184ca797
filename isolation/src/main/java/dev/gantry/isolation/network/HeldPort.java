package dev.gantry.isolation.network;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A port of the host that this process has bound, so that no other process gets it. A TCP port is
 * reserved first: bound, but not listened on, so that the kernel refuses whoever connects. Bound
 * alone, it could still be taken by a server that sets SO_REUSEADDR, as nearly all do (socket(7)):
 * it is ours for good once we listen. Nothing arrives at the listener, since the firewall
 * readdresses every packet before. Not thread-safe.
 */
final class HeldPort implements AutoCloseable {
  private final PublishedPort port;
  private NetworkChannel channel;

  private HeldPort(PublishedPort port, NetworkChannel channel) {
    this.port = port;
    this.channel = channel;
  }

  /** What came of the attempt. */
  sealed interface Result {
    /** It is ours. */
    record Held(HeldPort port) implements Result {}

    /** Somebody else has it. */
    record Taken() implements Result {}

    /** The host does not have the address. */
    record NoSuchAddress() implements Result {}
  }

  static Result reserve(PortRequest request) throws IOException {
    NetworkChannel channel = open(request.protocol());
    try {
      channel.bind(new InetSocketAddress(request.hostAddress(), request.hostPort()));
      int number = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      return new Result.Held(
          new HeldPort(
              new PublishedPort(
                  request.hostAddress(), number, request.containerPort(), request.protocol()),
              channel));
    } catch (BindException e) {
      channel.close();
      boolean known =
          request.hostAddress().isAnyLocalAddress()
              || request.hostAddress().isLoopbackAddress()
              || NetworkInterface.getByInetAddress(request.hostAddress()) != null;
      return known ? new Result.Taken() : new Result.NoSuchAddress();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  PublishedPort port() {
    return port;
  }

  /**
   * Makes it ours for good. A repeated call changes nothing.
   *
   * @return false when another process has listened there first; the reservation stays
   */
  boolean listen() throws IOException {
    if (!(channel instanceof SocketChannel reservation)) {
      return true;
    }
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
    try {
      // Both have SO_REUSEADDR, so that the port is never free in between.
      listener.bind(new InetSocketAddress(port.hostAddress(), port.hostPort()));
    } catch (BindException e) {
      listener.close();
      return false;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    channel = listener;
    reservation.close();
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static NetworkChannel open(Protocol protocol) throws IOException {
    return switch (protocol) {
      case TCP ->
          SocketChannel.open(StandardProtocolFamily.INET)
              .setOption(StandardSocketOptions.SO_REUSEADDR, true);
      case UDP -> DatagramChannel.open(StandardProtocolFamily.INET);
    };
  }
}
