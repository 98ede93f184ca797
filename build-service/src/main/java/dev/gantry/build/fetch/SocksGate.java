package dev.gantry.build.fetch;

import dev.gantry.oci.network.NetworkPolicy;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The only way out for a program that resolves names itself: a SOCKS 5 proxy (RFC 1928) on the
 * loopback address, with a password (RFC 1929), that resolves every name anew and connects where
 * the policy allows. Everything ends when it is closed.
 */
final class SocksGate implements Closeable {
  private static final int CONNECTIONS_MAX = 32;
  private static final int HANDSHAKE_MILLIS = 15_000;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String USER = "build";
  private static final int DOMAIN = 3;
  private static final byte REFUSED = 2;
  private static final byte UNREACHABLE = 4;

  private final Connector connector;
  private final ServerSocket server;
  private final Duration silenceMax;
  private final String password = password();
  private final Lifeline lifeline = new Lifeline();
  private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);
  private final AtomicReference<IOException> failure = new AtomicReference<>();

  private SocksGate(NetworkPolicy policy, Duration silenceMax, ServerSocket server) {
    this.connector = new Connector(policy, silenceMax);
    this.silenceMax = silenceMax;
    this.server = server;
  }

  static SocksGate open(NetworkPolicy policy, Duration silenceMax) throws IOException {
    ServerSocket server = new ServerSocket(0, CONNECTIONS_MAX, InetAddress.getLoopbackAddress());
    SocksGate gate = new SocksGate(policy, silenceMax, server);
    Thread.ofVirtual().name("socks-gate").start(gate::accept);
    return gate;
  }

  private static String password() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** As curl takes it: names are resolved here. */
  String url() {
    return "socks5h://"
        + USER
        + ":"
        + password
        + "@"
        + server.getInetAddress().getHostAddress()
        + ":"
        + server.getLocalPort();
  }

  /** The last connection that could not be made, for a message that says more than the client's. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure.get());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (connections.tryAcquire()) {
          Thread.ofVirtual().name("socks").start(() -> serve(client));
        } else {
          client.close();
        }
      } catch (IOException e) {
        // Closed, or a client that went away: nothing is to be told to anybody.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      lifeline.hold(client);
      client.setSoTimeout(HANDSHAKE_MILLIS);
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      if (authenticated(in, out)) {
        try (Socket remote = connect(in, out)) {
          pump(client, remote);
        }
      }
    } catch (IOException e) {
      failure.compareAndSet(null, e);
    } finally {
      lifeline.release(client);
      connections.release();
    }
  }

  private boolean authenticated(DataInputStream in, OutputStream out) throws IOException {
    in.readByte();
    in.readNBytes(in.readUnsignedByte());
    out.write(new byte[] {5, 2});
    in.readByte();
    byte[] user = in.readNBytes(in.readUnsignedByte());
    byte[] secret = in.readNBytes(in.readUnsignedByte());
    boolean good =
        new String(user, StandardCharsets.US_ASCII).equals(USER)
            && MessageDigest.isEqual(secret, password.getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[] {1, (byte) (good ? 0 : 1)});
    return good;
  }

  private Socket connect(DataInputStream in, OutputStream out) throws IOException {
    in.readByte();
    int command = in.readUnsignedByte();
    in.readByte();
    int type = in.readUnsignedByte();
    String host = host(in, type);
    int port = in.readUnsignedShort();
    if (command != 1) {
      answer(out, (byte) 7);
      throw new IOException("only connections are made");
    }
    try {
      Socket remote = connector.connect(host, port, lifeline);
      answer(out, (byte) 0);
      return remote;
    } catch (NetworkPolicy.RefusedException e) {
      answer(out, REFUSED);
      throw e;
    } catch (IOException e) {
      answer(out, UNREACHABLE);
      throw new IOException(host + ": " + e.getMessage(), e);
    }
  }

  private static String host(DataInputStream in, int type) throws IOException {
    int length = type == 1 ? 4 : type == DOMAIN ? in.readUnsignedByte() : 16;
    byte[] name = in.readNBytes(length);
    return type == DOMAIN
        ? new String(name, StandardCharsets.US_ASCII)
        : InetAddress.getByAddress(name).getHostAddress();
  }

  private static void answer(OutputStream out, byte code) throws IOException {
    out.write(new byte[] {5, code, 0, 1, 0, 0, 0, 0, 0, 0});
  }

  private void pump(Socket client, Socket remote) throws IOException {
    client.setSoTimeout((int) silenceMax.toMillis());
    Thread up = Thread.ofVirtual().start(() -> copyQuietly(client, remote));
    try {
      copy(remote.getInputStream(), client.getOutputStream());
    } finally {
      remote.close();
      client.close();
      lifeline.release(remote);
      up.interrupt();
    }
  }

  private static void copyQuietly(Socket from, Socket to) {
    try {
      copy(from.getInputStream(), to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // The other direction tells.
    }
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      to.write(buffer, 0, count);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    lifeline.end();
  }
}
