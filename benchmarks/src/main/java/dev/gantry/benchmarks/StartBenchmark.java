package dev.gantry.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long a start takes: from a request published on the bus to the process exec'ed, and to the
 * first HTTP answer on the published port. One run at a time; peers and a bare {@code unshare} are
 * interleaved, since the machine drifts.
 */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = "published → process exec'ed, published → first HTTP answer")
final class StartBenchmark implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PEER_EVERY = 10;

  @Option(names = "--kafka", required = true, description = "bootstrap servers of the platform")
  private String kafka = "";

  @Option(names = "--image", defaultValue = "busybox:1", description = "an image with busybox")
  private String image = "";

  @Option(names = "--runs", defaultValue = "200", description = "measured runs (default: 200)")
  private int runs;

  @Option(names = "--warmup", defaultValue = "30", description = "runs before (default: 30)")
  private int warmup;

  @Option(names = "--against", split = ",", description = "peers: docker, podman")
  private List<String> against = List.of();

  @Option(names = "--json", description = "print the figures as JSON")
  private boolean json;

  private final Map<String, List<Double>> samples = new LinkedHashMap<>();
  private final Map<String, String> left = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    ObjectNode machine = Machine.facts();
    List<Peer> peers = availablePeers();
    try (PlatformUnderTest platform = new PlatformUnderTest(kafka)) {
      for (int i = -warmup; i < runs; i++) {
        measure(platform, i);
        if (i >= 0 && i % PEER_EVERY == 0) {
          measureReferences(peers);
        }
      }
    }
    print(machine);
    return 0;
  }

  private List<Peer> availablePeers() throws IOException {
    List<Peer> peers = new ArrayList<>();
    for (String program : against) {
      Peer peer = new Peer(program);
      String reason = peer.unavailable();
      if (reason.isEmpty()) {
        peer.prepare();
        peers.add(peer);
      } else {
        left.put(program, reason);
      }
    }
    return peers;
  }

  private void measure(PlatformUnderTest platform, int number) throws IOException {
    String name = "bench-" + ProcessHandle.current().pid() + "-" + (number + warmup);
    int port = FirstAnswer.freePort();
    Instant publishedAt = Instant.now();
    long start = System.nanoTime();
    platform.publish(
        "dev.gantry.run.requested.v1",
        """
        {"image":"%s","name":"%s","publish":["%d:8080"],"removeOnExit":true,
        "command":["httpd","-f","-p","8080"],"stopSignal":"SIGKILL"}"""
            .formatted(image, name, port));
    long answered = FirstAnswer.await(port, PATIENCE);
    JsonNode started = platform.await(name, "started", PATIENCE);
    if (number >= 0) {
      Instant execed = Instant.parse(started.at("/data/startedAt").asText());
      add("published → exec'ed", ChronoUnit.NANOS.between(publishedAt, execed) / 1e6);
      add("published → first HTTP answer", (answered - start) / 1e6);
    }
    platform.publish(
        "dev.gantry.run.remove-requested.v1", "{\"run\":\"%s\",\"force\":true}".formatted(name));
    platform.await(name, "removed", PATIENCE);
    platform.forget();
  }

  private void measureReferences(List<Peer> peers) throws IOException {
    long start = System.nanoTime();
    Peer.execute(
        "unshare",
        "--user",
        "--map-root-user",
        "--fork",
        "--pid",
        "--mount",
        "--net",
        "--ipc",
        "--uts",
        "true");
    add("kernel: unshare of all namespaces, true", (System.nanoTime() - start) / 1e6);
    for (Peer peer : peers) {
      add(peer.program() + ": run → first HTTP answer", peer.firstAnswerMillis());
    }
  }

  private void add(String name, double millis) {
    samples.computeIfAbsent(name, n -> new ArrayList<>()).add(millis);
  }

  private void print(ObjectNode machine) throws IOException {
    List<Figures> figures =
        samples.entrySet().stream().map(e -> Figures.of(e.getKey(), e.getValue())).toList();
    if (json) {
      ObjectNode report = new ObjectMapper().createObjectNode();
      report.set("machine", machine);
      ObjectNode node = report.putObject("figures");
      figures.forEach(f -> f.addTo(node));
      left.forEach(report.putObject("notMeasured")::put);
      System.out.println(report.toPrettyString());
      return;
    }
    machine
        .properties()
        .forEach(f -> System.out.printf("%-12s %s%n", f.getKey(), f.getValue().asText()));
    figures.forEach(f -> System.out.println(f.line()));
    left.forEach((peer, why) -> System.out.printf("%s was not measured: %s%n", peer, why));
  }
}
