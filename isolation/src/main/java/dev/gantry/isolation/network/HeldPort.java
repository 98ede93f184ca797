package dev.gantry.isolation.network;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A port of the host that this process has bound, so that no other process gets it. Nothing arrives
 * there: the firewall readdresses every packet before.
 */
record HeldPort(PublishedPort port, NetworkChannel channel) implements AutoCloseable {
  /** What came of the attempt. */
  sealed interface Result {
    /** It is ours. */
    record Held(HeldPort port) implements Result {}

    /** Somebody else has it. */
    record Taken() implements Result {}

    /** The host does not have the address. */
    record NoSuchAddress() implements Result {}
  }

  static Result hold(PortRequest request) throws IOException {
    InetSocketAddress wanted = new InetSocketAddress(request.hostAddress(), request.hostPort());
    NetworkChannel channel = open(request.protocol());
    try {
      InetSocketAddress bound = bind(channel, wanted);
      return new Result.Held(
          new HeldPort(
              new PublishedPort(
                  request.hostAddress(),
                  bound.getPort(),
                  request.containerPort(),
                  request.protocol()),
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

  /**
   * Ends connections that came before the firewall knew the port: they would wait for an answer for
   * ever.
   */
  void refuseEarlyComers() throws IOException {
    if (channel instanceof ServerSocketChannel listener) {
      for (SocketChannel early = listener.accept(); early != null; early = listener.accept()) {
        early.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static NetworkChannel open(Protocol protocol) throws IOException {
    return switch (protocol) {
      case TCP -> ServerSocketChannel.open(StandardProtocolFamily.INET);
      case UDP -> DatagramChannel.open(StandardProtocolFamily.INET);
    };
  }

  /**
   * A TCP port must be listened on: merely bound, it could be taken by any server that sets
   * SO_REUSEADDR, as nearly all do.
   */
  private static InetSocketAddress bind(NetworkChannel channel, InetSocketAddress wanted)
      throws IOException {
    if (channel instanceof ServerSocketChannel listener) {
      listener.configureBlocking(false);
    }
    channel.bind(wanted);
    return (InetSocketAddress) channel.getLocalAddress();
  }
}
