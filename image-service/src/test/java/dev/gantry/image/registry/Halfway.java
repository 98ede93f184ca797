package dev.gantry.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a registry that stops after so many bytes, until it is told to go on. */
final class Halfway implements AutoCloseable {
  private final URI registry;
  private final ServerSocket server;
  private final AtomicLong left;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch resumed = new CountDownLatch(1);
  private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();

  Halfway(URI registry, long bytes) throws IOException {
    this.registry = registry;
    this.left = new AtomicLong(bytes);
    this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  boolean awaitStopped(int seconds) throws InterruptedException {
    return stopped.await(seconds, TimeUnit.SECONDS);
  }

  void resume() {
    resumed.countDown();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket upstream = new Socket(registry.getHost(), registry.getPort());
        sockets.add(client);
        sockets.add(upstream);
        Thread.ofVirtual().start(() -> copy(client, upstream));
        Thread.ofVirtual().start(() -> copy(upstream, client));
      }
    } catch (IOException closed) {
      resume();
    }
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (left.addAndGet(-read) < 0 && resumed.getCount() > 0) {
          stopped.countDown();
          resumed.await();
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException ended) {
      // One side has gone; closing both tells the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
