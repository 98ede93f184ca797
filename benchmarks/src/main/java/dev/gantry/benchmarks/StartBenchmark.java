package dev.gantry.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long a start takes: from a request published on the bus, and from when the run service was
 * given it, to the process exec'ed, and to the first HTTP answer on the published port. Consumed is
 * the time of the run's first fact, exec'ed the {@code startedAt} of its fact {@code started}: when
 * the kernel had executed the command. One run at a time; peers and a bare {@code unshare} are
 * interleaved, since the machine drifts.
 */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "published → process exec'ed, published → first HTTP answer",
      "Published is just before a request is handed to the Kafka client; consumed when the run"
          + " service was given the record, before it is decoded and claimed; exec'ed when the"
          + " kernel had executed the command, by the shim's clock; answered when the first byte of"
          + " an HTTP answer had come through the published port."
    })
final class StartBenchmark implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PEER_EVERY = 10;

  @Mixin private Settings settings = new Settings();

  @Option(names = "--runs", defaultValue = "200", description = "measured runs (default: 200)")
  private int runs;

  @Option(
      names = "--warmup",
      defaultValue = "500",
      description = "runs before: a platform that has just come up compiles (default: 500)")
  private int warmup;

  @Option(
      names = "--pause",
      defaultValue = "100",
      description = "milliseconds between runs, for what the last one leaves to do (default: 100)")
  private int pauseMillis;

  private final Report report = new Report();

  @Override
  public Integer call() throws IOException {
    List<Peer> peers = settings.peers(report);
    try (PlatformUnderTest platform = new PlatformUnderTest(settings.kafka)) {
      for (int i = -warmup; i < runs; i++) {
        measure(platform, i);
        if (i >= 0 && i % PEER_EVERY == 0) {
          measureReferences(peers);
        }
      }
    }
    report.print(settings.json);
    return 0;
  }

  private void measure(PlatformUnderTest platform, int number) throws IOException {
    String name = PlatformUnderTest.name(number + warmup);
    int port = FirstAnswer.freePort();
    Instant publishedAt = Instant.now();
    long begun = System.nanoTime();
    var request =
        platform.run(
            """
            {"image":"%s","pullPolicy":"%s","name":"%s","publish":["%d:8080"],"removeOnExit":true,
            "command":["httpd","-f","-p","8080"],"stopSignal":"SIGKILL"}"""
                .formatted(settings.image, settings.pull, name, port));
    PlatformUnderTest.acknowledged(request);
    long answered = FirstAnswer.await(port, PATIENCE);
    PlatformUnderTest.Fact started = platform.await(name, "started", PATIENCE);
    if (number >= 0) {
      Instant execed = Instant.parse(started.data().path("startedAt").asText());
      PlatformUnderTest.Fact accepted = platform.await(name, "accepted", PATIENCE);
      report.sample("consumed → exec'ed", ChronoUnit.NANOS.between(accepted.at(), execed) / 1e6);
      report.sample("published → exec'ed", ChronoUnit.NANOS.between(publishedAt, execed) / 1e6);
      report.sample("published → first HTTP answer", (answered - begun) / 1e6);
    }
    PlatformUnderTest.acknowledged(platform.remove(name));
    platform.await(name, "removed", PATIENCE);
    platform.forget();
    Commands.pause(number < 0 ? 0 : pauseMillis);
  }

  private void measureReferences(List<Peer> peers) throws IOException {
    report.sample("kernel: unshare of all namespaces, true", Commands.unshareMillis());
    for (Peer peer : peers) {
      report.sample(peer.program() + ": run → first HTTP answer", firstAnswerMillis(peer));
    }
  }

  private static double firstAnswerMillis(Peer peer) throws IOException {
    int port = FirstAnswer.freePort();
    long begun = System.nanoTime();
    String id =
        peer.start(
            List.of("-p", "127.0.0.1:" + port + ":8080"),
            "/bin/busybox",
            "httpd",
            "-f",
            "-p",
            "8080");
    long answered = FirstAnswer.await(port, PATIENCE);
    peer.remove(id);
    return (answered - begun) / 1e6;
  }
}
