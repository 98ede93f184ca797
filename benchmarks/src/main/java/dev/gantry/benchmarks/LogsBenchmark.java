package dev.gantry.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How fast a container can write lines of 128 bytes to its log, with the default settings: from the
 * start of the process to its end, which comes when the last byte was taken. The lines are made
 * once, in memory, and then written again and again.
 */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "output of 128-byte lines through the default log")
final class LogsBenchmark implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int CHUNK_MIB = 32;

  @Mixin private Settings settings = new Settings();

  @Option(names = "--mib", defaultValue = "1024", description = "how much (default: 1024)")
  private int mib;

  @Option(names = "--runs", defaultValue = "3", description = "how often (default: 3)")
  private int runs;

  private final Report report = new Report();

  @Override
  public Integer call() throws IOException {
    List<Peer> peers = settings.peers(report);
    try (PlatformUnderTest platform = new PlatformUnderTest(settings.kafka)) {
      for (int i = 0; i < runs; i++) {
        report("gantry", measure(platform, PlatformUnderTest.name(i)));
        report("kernel: a plain pipe", pipeMillis());
        for (Peer peer : peers) {
          report(peer.program(), measure(peer));
        }
      }
    }
    report.print(settings.json);
    return 0;
  }

  private void report(String who, double millis) {
    report.sample("%s: %d MiB of lines".formatted(who, mib), millis);
  }

  private String script(String directory) {
    return "yes %s | head -c %d > %s/lines; for i in $(seq %d); do cat %s/lines; done"
        .formatted(
            "x".repeat(127), CHUNK_MIB << 20, directory, Math.max(1, mib / CHUNK_MIB), directory);
  }

  private double measure(PlatformUnderTest platform, String name) throws IOException {
    platform.run(
        "{\"image\":\"%s\",\"name\":\"%s\",\"command\":[\"sh\",\"-c\",\"%s\"],\"removeOnExit\":true}"
            .formatted(settings.image, name, script("/dev/shm")));
    var exited = platform.await(name, "exited", PATIENCE).data();
    if (exited.path("code").asInt() != 0) {
      throw new IllegalStateException("the writer failed: " + exited);
    }
    platform.await(name, "removed", PATIENCE);
    platform.forget();
    return millis(exited.path("startedAt").asText(), exited.path("exitedAt").asText());
  }

  private double measure(Peer peer) throws IOException {
    String id = peer.start(List.of(), "/bin/busybox", "sh", "-c", script("/dev/shm"));
    try {
      Commands.run(peer.program(), "wait", id);
      String format = "2006-01-02T15:04:05.999999999Z07:00";
      return millis(
          instant(peer, id, "StartedAt", format), instant(peer, id, "FinishedAt", format));
    } finally {
      peer.remove(id);
    }
  }

  /** Docker gives text, podman a time that its template can format. */
  private static String instant(Peer peer, String id, String field, String format)
      throws IOException {
    return peer.program().equals("podman")
        ? peer.inspect(id, "{{.State.%s.Format \"%s\"}}".formatted(field, format))
        : peer.inspect(id, "{{.State.%s}}".formatted(field));
  }

  private double pipeMillis() throws IOException {
    long begun = System.nanoTime();
    Commands.run(
        "busybox",
        "sh",
        "-c",
        "d=$(mktemp -d -p /dev/shm); { %s; } | cat > /dev/null; rm -r $d".formatted(script("$d")));
    return (System.nanoTime() - begun) / 1e6;
  }

  private static double millis(String from, String to) {
    return Duration.between(Instant.parse(from), Instant.parse(to)).toNanos() / 1e6;
  }
}
