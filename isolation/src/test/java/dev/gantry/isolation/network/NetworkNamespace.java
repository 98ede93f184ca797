package dev.gantry.isolation.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A network namespace attached to a bridge as a sandbox is, made with iproute2's commands. */
final class NetworkNamespace implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;
  private static final String UDP_ECHO =
      "my $s = IO::Socket::INET->new(Proto => 'udp', LocalPort => $ARGV[0]) or die;"
          + "my $d; while ($s->recv($d, 2048)) { $s->send($d) }";

  /** What a command did. */
  record Outcome(int code, String output) {}

  private final String name;
  private final NetworkAttachment attachment;
  private final List<Process> servers = new ArrayList<>();

  NetworkNamespace(String name, NetworkAttachment attachment) throws Exception {
    this.name = name;
    this.attachment = attachment;
    must("ip", "netns", "add", name);
    String host = attachment.hostInterface();
    must("ip", "link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", name);
    must("ip", "link", "set", host, "master", attachment.bridge(), "up");
    must("ip", "link", "set", host, "type", "bridge_slave", "hairpin", "on");
    inside("ip", "link", "set", "lo", "up");
    inside("ip", "link", "set", "eth0", "address", attachment.mac().text(), "up");
    inside("ip", "addr", "add", address() + "/" + attachment.prefix(), "dev", "eth0");
    inside("ip", "route", "add", "default", "via", attachment.gateway().getHostAddress());
  }

  String address() {
    return attachment.address().getHostAddress();
  }

  /** Answers every connection with a line; listens when this returns. */
  void serve(int port, String answer) throws Exception {
    start("busybox", "nc", "-ll", "-p", Integer.toString(port), "-e", "echo", answer);
    awaitSocket("/proc/net/tcp", port);
  }

  /** Answers every datagram with itself. */
  void echoDatagrams(int port) throws Exception {
    start("perl", "-MIO::Socket::INET", "-e", UDP_ECHO, Integer.toString(port));
    awaitSocket("/proc/net/udp", port);
  }

  /** Connects from inside, at most for two seconds; what was answered. */
  Outcome connect(String address, int port) throws Exception {
    return run(prefixed("busybox", "nc", "-w", "2", address, Integer.toString(port)));
  }

  Outcome inside(String... command) throws Exception {
    Outcome outcome = run(prefixed(command));
    if (outcome.code != 0) {
      throw new IOException(Arrays.toString(command) + ": " + outcome.output);
    }
    return outcome;
  }

  @Override
  public void close() throws Exception {
    servers.forEach(Process::destroyForcibly);
    for (Process server : servers) {
      server.waitFor();
    }
    must("ip", "netns", "delete", name);
    // It goes with the namespace, but later.
    run("ip", "link", "delete", attachment.hostInterface());
  }

  private void start(String... command) throws IOException {
    servers.add(
        new ProcessBuilder(prefixed(command))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private void awaitSocket(String table, int port) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!inside("cat", table, table + "6").output.contains(String.format(":%04X ", port))) {
      if (System.nanoTime() > deadline) {
        throw new IOException("nobody listens on port " + port);
      }
      Thread.sleep(10);
    }
  }

  private String[] prefixed(String... command) {
    return Stream.concat(Stream.of("ip", "netns", "exec", name), Arrays.stream(command))
        .toArray(String[]::new);
  }

  static void must(String... command) throws Exception {
    Outcome outcome = run(command);
    if (outcome.code != 0) {
      throw new IOException(Arrays.toString(command) + ": " + outcome.output);
    }
  }

  static Outcome run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(Arrays.toString(command) + " does not end");
      }
      return new Outcome(process.exitValue(), output.strip());
    } finally {
      process.destroyForcibly();
    }
  }
}
