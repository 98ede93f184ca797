package dev.gantry.build.fetch;

import dev.gantry.oci.network.NetworkPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/**
 * Connects to hosts. The address that was checked is the one that is connected to: a name that
 * changes its mind between the two cannot lead elsewhere.
 */
final class Connector {
  private static final int CONNECT_MILLIS = 15_000;
  private static final int ADDRESSES_MAX = 4;

  private final NetworkPolicy policy;
  private final Duration silenceMax;

  Connector(NetworkPolicy policy, Duration silenceMax) {
    this.policy = policy;
    this.silenceMax = silenceMax;
  }

  /** A connection; it is the caller's, and the lifeline's as long as that holds it. */
  Socket connect(String host, int port, Lifeline lifeline) throws IOException {
    List<InetAddress> addresses = resolve(host);
    IOException failure = new IOException(host + " has no address");
    for (InetAddress address : addresses.subList(0, Math.min(addresses.size(), ADDRESSES_MAX))) {
      Socket socket = new Socket();
      lifeline.hold(socket);
      try {
        socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
        socket.setSoTimeout((int) silenceMax.toMillis());
        socket.setTcpNoDelay(true);
        return socket;
      } catch (IOException e) {
        failure = e;
        lifeline.release(socket);
        socket.close();
      }
    }
    throw failure;
  }

  private List<InetAddress> resolve(String host) throws IOException {
    try {
      return policy.resolve(host);
    } catch (NetworkPolicy.RefusedException e) {
      throw e.because("which builds may not reach (gantry.build.allow-networks)");
    }
  }
}
