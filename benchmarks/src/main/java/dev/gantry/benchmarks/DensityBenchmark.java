package dev.gantry.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many containers live here at a time, what each costs, and how long a list of them takes. */
@Command(
    name = "density",
    mixinStandardHelpOptions = true,
    description = "many containers at a time: do all answer, memory of each, time of a list")
final class DensityBenchmark implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int LISTS = 50;
  private static final int PARALLEL = 8;

  @Mixin private Settings settings = new Settings();

  @Option(names = "--containers", defaultValue = "500", description = "how many (default: 500)")
  private int containers;

  @Option(
      names = "--peer-containers",
      defaultValue = "30",
      description = "how many of each peer's (default: 30)")
  private int peerContainers;

  private final Report report = new Report();

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (PlatformUnderTest platform = new PlatformUnderTest(settings.kafka)) {
      measure(platform);
    }
    for (Peer peer : settings.peers(report)) {
      measure(peer);
    }
    report.print(settings.json);
    return 0;
  }

  private void measure(PlatformUnderTest platform) throws IOException, InterruptedException {
    Crowd crowd =
        new Crowd(
            platform,
            """
            "image":"%s","command":["httpd","-f","-p","8080"],"publish":["8080"],
            "stopSignal":"SIGKILL","removeOnExit":true"""
                .formatted(settings.image),
            PARALLEL);
    crowd.start(1, PATIENCE); // what the first one costs is not the others'
    try {
      double before = Machine.availableMib();
      double seconds = crowd.start(containers, PATIENCE);
      report.value("containers started", containers, "");
      report.value("their starts per second, with a published port", containers / seconds, "/s");
      report.value("answering on their ports", answering(crowd), "");
      report.value("memory of each: shim and process, PSS", pssMib(crowd), "MiB");
      report.value(
          "memory of each: all that the host has less",
          (before - Machine.availableMib()) / containers,
          "MiB");
      list();
    } finally {
      report.value("removals per second", crowd.alive().size() / crowd.remove(PATIENCE), "/s");
    }
  }

  private static int answering(Crowd crowd) {
    int answering = 0;
    for (PlatformUnderTest.Fact started : crowd.alive()) {
      int port = started.data().path("ports").path(0).path("hostPort").asInt();
      FirstAnswer.await(port, Duration.ofSeconds(10));
      answering++;
    }
    return answering;
  }

  private static double pssMib(Crowd crowd) throws IOException {
    double sum = 0;
    for (PlatformUnderTest.Fact started : crowd.alive()) {
      long pid = started.data().path("pid").asLong();
      ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
      sum += pssMib(pid) + pssMib(process.parent().orElseThrow().pid());
    }
    return sum / crowd.alive().size();
  }

  /** Proportional set size: shared pages count by the share of those who share them (proc(5)). */
  private static double pssMib(long pid) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .sum();
    }
  }

  private void list() throws IOException, InterruptedException {
    if (settings.api.isEmpty()) {
      report.notMeasured("a list of all", "--api is not given");
      return;
    }
    URI uri = URI.create(settings.api + "/v1/runs?limit=500");
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = -LISTS; i < LISTS; i++) {
        long begun = System.nanoTime();
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (i >= 0) {
          report.sample("GET /v1/runs of all", (System.nanoTime() - begun) / 1e6);
        }
      }
    }
  }

  private void measure(Peer peer) throws IOException {
    List<String> ids = new ArrayList<>();
    double before = Machine.availableMib();
    try {
      for (int i = 0; i < peerContainers; i++) {
        ids.add(
            peer.start(
                List.of("-p", "127.0.0.1::8080"), "/bin/busybox", "httpd", "-f", "-p", "8080"));
      }
      report.value(
          peer.program() + ": memory of each: all that the host has less",
          (before - Machine.availableMib()) / peerContainers,
          "MiB");
      for (int i = 0; i < 5; i++) {
        long begun = System.nanoTime();
        Commands.run(peer.program(), "ps");
        report.sample(
            "%s: ps of %d".formatted(peer.program(), peerContainers),
            (System.nanoTime() - begun) / 1e6);
      }
    } finally {
      for (String id : ids) {
        peer.remove(id);
      }
    }
  }
}
