package dev.gantry.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What all benchmarks can be told. */
final class Settings {
  @Option(names = "--kafka", required = true, description = "bootstrap servers of the platform")
  String kafka = "";

  @Option(names = "--api", defaultValue = "", description = "URL of the platform's run service")
  String api = "";

  @Option(names = "--image", defaultValue = "busybox:1", description = "an image with busybox")
  String image = "";

  @Option(
      names = "--pull",
      defaultValue = "missing",
      description = {
        "pull policy of the runs: missing, as with the peers, uses what is here (default);",
        "newer, which is what a request means that says nothing, asks the registry each time"
      })
  String pull = "";

  @Option(
      names = "--against",
      split = ",",
      defaultValue = "docker,podman",
      description = "peers, where they are installed (default: docker,podman); none: no peers")
  private List<String> against = List.of();

  @Option(names = "--json", description = "print the figures as JSON")
  boolean json;

  /** Whether no peers are wanted. */
  boolean alone() {
    return against.contains("none");
  }

  /** The peers that work here, ready to run; the report says why the others do not. */
  List<Peer> peers(Report report) throws IOException {
    List<Peer> peers = new ArrayList<>();
    for (String program : against) {
      if (program.equals("none")) {
        continue;
      }
      Peer peer = new Peer(program);
      String reason = peer.unavailable();
      if (reason.isEmpty()) {
        peer.prepare();
        peers.add(peer);
      } else {
        report.notMeasured(program, reason);
      }
    }
    return peers;
  }
}
