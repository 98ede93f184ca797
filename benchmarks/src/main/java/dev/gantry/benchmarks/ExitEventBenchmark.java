package dev.gantry.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long after the death of a container's process everybody can know it. One at a time. */
@Command(
    name = "exit-event",
    mixinStandardHelpOptions = true,
    description = "process exit → event received")
final class ExitEventBenchmark implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PEER_EVERY = 10;

  @Mixin private Settings settings = new Settings();

  @Option(names = "--runs", defaultValue = "100", description = "measured exits (default: 100)")
  private int runs;

  @Option(names = "--warmup", defaultValue = "200", description = "exits before (default: 200)")
  private int warmup;

  @Option(
      names = "--pause",
      defaultValue = "100",
      description = "milliseconds that a process runs before it is killed (default: 100)")
  private int pauseMillis;

  private final Report report = new Report();

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Peer> peers = settings.peers(report);
    try (PlatformUnderTest platform = new PlatformUnderTest(settings.kafka)) {
      for (int i = -warmup; i < runs; i++) {
        double millis = measure(platform, PlatformUnderTest.name(i + warmup));
        if (i >= 0) {
          report.sample("killed → run.exited received", millis);
        }
        if (i >= 0 && i % PEER_EVERY == 0) {
          report.sample("kernel: killed → waited for", waitMillis());
          for (Peer peer : peers) {
            report.sample(peer.program() + ": killed → event received", measure(peer));
          }
        }
      }
    }
    report.print(settings.json);
    return 0;
  }

  private double measure(PlatformUnderTest platform, String name) throws IOException {
    platform.run(
        "{\"image\":\"%s\",\"name\":\"%s\",\"command\":[\"sleep\",\"3600\"],\"removeOnExit\":true}"
            .formatted(settings.image, name));
    long pid = platform.await(name, "started", PATIENCE).data().path("pid").asLong();
    Commands.pause(pauseMillis);
    long killed = kill(pid);
    long received = platform.await(name, "exited", PATIENCE).receivedNanos();
    platform.await(name, "removed", PATIENCE);
    platform.forget();
    return (received - killed) / 1e6;
  }

  private double measure(Peer peer) throws IOException, InterruptedException {
    Process events =
        new ProcessBuilder(
                peer.program(), "events", "--filter", "event=die", "--filter", "event=died")
            .redirectErrorStream(true)
            .start();
    String id = peer.start(List.of(), "/bin/busybox", "sleep", "3600");
    try (BufferedReader lines = events.inputReader()) {
      long pid = Long.parseLong(peer.inspect(id, "{{.State.Pid}}"));
      Commands.pause(pauseMillis);
      long killed = kill(pid);
      String line = lines.readLine();
      while (line != null && !line.contains(id)) {
        line = lines.readLine();
      }
      return (System.nanoTime() - killed) / 1e6;
    } finally {
      events.destroy();
      events.waitFor();
      peer.remove(id);
    }
  }

  private static double waitMillis() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sleep", "3600").start();
    long killed = kill(process.pid());
    process.waitFor();
    return (System.nanoTime() - killed) / 1e6;
  }

  /** Returns {@link System#nanoTime} just before the process was killed. */
  private static long kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    long now = System.nanoTime();
    process.destroyForcibly();
    return now;
  }
}
