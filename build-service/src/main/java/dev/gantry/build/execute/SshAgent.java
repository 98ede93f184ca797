package dev.gantry.build.execute;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * An ssh-agent(1) with some keys for one step. The agent listens to its own user alone: a socket
 * beside it takes the step's connections there. The keys are given to it through a pipe and lie on
 * no disk.
 */
final class SshAgent implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MESSAGE_BYTES_MAX = 1000;

  private final Path socket;
  private final Path inner;
  private final Process agent;
  private final ServerSocketChannel server;
  private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

  private SshAgent(Path socket, Path inner, Process agent, ServerSocketChannel server) {
    this.socket = socket;
    this.inner = inner;
    this.agent = agent;
    this.server = server;
  }

  /** Keys that the agent does not take. */
  static final class UnusableKeyException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableKeyException(String message) {
      super(message);
    }
  }

  /**
   * Starts one; it ends when it is closed.
   *
   * @param socket where the step will connect to; made by this
   * @param keys private keys, without pass phrases, one after the other
   */
  static SshAgent start(Path socket, byte[] keys) throws IOException, InterruptedException {
    Path inner = socket.resolveSibling(socket.getFileName() + "-inner");
    Process agent =
        new ProcessBuilder("ssh-agent", "-D", "-a", inner.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      await(agent, inner);
      for (String key : split(keys)) {
        add(inner, key);
      }
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      SshAgent started = new SshAgent(socket, inner, agent, server);
      Thread.ofPlatform().daemon().name("ssh-agent").start(started::accept);
      return started;
    } catch (IOException | InterruptedException | RuntimeException e) {
      agent.destroyForcibly();
      Files.deleteIfExists(inner);
      throw e;
    }
  }

  private static void await(Process agent, Path inner) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(inner)) {
      if (!agent.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("ssh-agent does not start");
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  private static String[] split(byte[] keys) {
    return new String(keys, StandardCharsets.UTF_8).strip().split("(?<=-----)\\s+(?=-----BEGIN )");
  }

  private static void add(Path inner, String key) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("ssh-add", "-q", "-");
    builder.environment().put("SSH_AUTH_SOCK", inner.toString());
    // A pass phrase would be asked for: nobody is there to answer.
    builder.environment().put("SSH_ASKPASS", "/bin/false");
    builder.environment().put("SSH_ASKPASS_REQUIRE", "force");
    builder.redirectErrorStream(true);
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write((key + "\n").getBytes(StandardCharsets.UTF_8));
    }
    String said =
        new String(process.getInputStream().readNBytes(MESSAGE_BYTES_MAX), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    if (process.waitFor() != 0) {
      throw new UnusableKeyException("not a usable private key: " + said.strip());
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        if (connections.tryAcquire()) {
          Thread.ofVirtual().start(() -> serve(client));
        } else {
          client.close();
        }
      }
    } catch (IOException e) {
      // Closed: the step has ended.
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        SocketChannel target = SocketChannel.open(UnixDomainSocketAddress.of(inner))) {
      Thread answers =
          Thread.ofVirtual()
              .start(
                  () -> {
                    carry(target, client);
                    close(client);
                  });
      carry(client, target);
      target.shutdownOutput();
      answers.join();
    } catch (IOException e) {
      // One of the two has gone, and the other goes with it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.release();
    }
  }

  private static void carry(SocketChannel from, SocketChannel to) {
    try {
      InputStream in = Channels.newInputStream(from);
      in.transferTo(Channels.newOutputStream(to));
    } catch (IOException e) {
      // The same: whoever waits for the rest sees the end.
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    agent.destroyForcibly();
    Files.deleteIfExists(socket);
    Files.deleteIfExists(inner);
  }
}
