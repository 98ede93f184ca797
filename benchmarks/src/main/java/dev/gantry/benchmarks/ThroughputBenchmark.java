package dev.gantry.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How many detached starts a second this host sustains through the whole path: request on the bus,
 * container with network, {@code run.started} received. Some are under way at a time; all live on
 * until the last has started, then all are removed.
 */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    description = "detached starts per second through the whole path, with network")
final class ThroughputBenchmark implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int PEER_STARTS = 40;
  private static final int KERNEL_STARTS = 200;

  @Mixin private Settings settings = new Settings();

  @Option(names = "--runs", defaultValue = "400", description = "measured starts (default: 400)")
  private int runs;

  @Option(names = "--warmup", defaultValue = "100", description = "starts before (default: 100)")
  private int warmup;

  @Option(names = "--parallel", defaultValue = "8", description = "at a time (default: 8)")
  private int parallel;

  private final Report report = new Report();

  @Override
  public Integer call() throws Exception {
    try (PlatformUnderTest platform = new PlatformUnderTest(settings.kafka)) {
      Crowd crowd = new Crowd(platform, spec(), parallel);
      crowd.start(warmup, PATIENCE);
      crowd.remove(PATIENCE);
      long cpu = Machine.busyMillis();
      double seconds = crowd.start(runs, PATIENCE);
      report.value("starts per second", runs / seconds, "/s");
      report.value("CPU per start, whole machine", (Machine.busyMillis() - cpu) / runs, "ms");
      cpu = Machine.busyMillis();
      report.value("removals per second", runs / crowd.remove(PATIENCE), "/s");
      report.value("CPU per removal, whole machine", (Machine.busyMillis() - cpu) / runs, "ms");
    }
    double kernel = parallel(KERNEL_STARTS, _ -> unshare());
    report.value("kernel: unshare of all namespaces, true", KERNEL_STARTS / kernel, "/s");
    for (Peer peer : settings.peers(report)) {
      measure(peer);
    }
    report.print(settings.json);
    return 0;
  }

  private String spec() {
    return """
    "image":"%s","pullPolicy":"%s","command":["sleep","3600"],"stopSignal":"SIGKILL",
    "removeOnExit":true"""
        .formatted(settings.image, settings.pull);
  }

  private void measure(Peer peer) throws Exception {
    String[] ids = new String[PEER_STARTS];
    long cpu = Machine.busyMillis();
    double seconds = parallel(PEER_STARTS, i -> ids[i] = start(peer));
    report.value(peer.program() + ": starts per second", PEER_STARTS / seconds, "/s");
    report.value(
        peer.program() + ": CPU per start, whole machine",
        (Machine.busyMillis() - cpu) / PEER_STARTS,
        "ms");
    for (String id : ids) {
      peer.remove(id);
    }
  }

  private static String start(Peer peer) {
    try {
      return peer.start(List.of(), "/bin/busybox", "sleep", "3600");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unshare() {
    try {
      Commands.unshareMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Does something a number of times, some at a time; returns the seconds it took. */
  private double parallel(int times, IntConsumer task) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(parallel)) {
      long begun = System.nanoTime();
      List<Future<?>> all =
          IntStream.range(0, times)
              .<Future<?>>mapToObj(i -> pool.submit(() -> task.accept(i)))
              .toList();
      for (Future<?> each : all) {
        each.get();
      }
      return (System.nanoTime() - begun) / 1e9;
    }
  }
}
