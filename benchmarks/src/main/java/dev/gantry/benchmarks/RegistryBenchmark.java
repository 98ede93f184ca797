package dev.gantry.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How fast the registry is beside the CNCF distribution: the same client, the same round, one after
 * the other. Bodies come from the page cache and go nowhere: the client shares the processors, and
 * would be measured as much as the servers.
 */
@Command(
    name = "registry",
    mixinStandardHelpOptions = true,
    description = {
      "a 1 GiB blob in and out, manifests per second, beside Debian's docker-registry",
      "Figures are medians of the rounds; a ratio above 1 is in favour of the platform. CPU is that"
          + " of the server's process, and where it says so of PostgreSQL as well; memory is"
          + " resident."
    })
final class RegistryBenchmark implements Callable<Integer> {
  private static final int FEW = 16;
  private static final int MANY = 200;

  @Mixin private Settings settings = new Settings();

  @Option(
      names = "--registry",
      required = true,
      description = "URL of the platform's registry, on this host")
  private URI registry = URI.create("http://127.0.0.1:5000");

  @Option(names = "--mib", defaultValue = "1024", description = "size of the blob (default: 1024)")
  private int mib;

  @Option(names = "--rounds", defaultValue = "3", description = "measured rounds (default: 3)")
  private int rounds;

  @Option(
      names = "--requests",
      defaultValue = "4000",
      description = "manifests to get per round; a quarter of it is put (default: 4000)")
  private int requests;

  @Option(
      names = "--warmup",
      defaultValue = "5",
      description = "rounds of manifests before: what has just come up compiles (default: 5)")
  private int warmup;

  @Option(
      names = "--directory",
      defaultValue = "/var/tmp",
      description = "where the peer and the blob have their files (default: /var/tmp)")
  private Path directory = Path.of("/var/tmp");

  @Option(names = "--only", defaultValue = "", description = "blobs or manifests (default: both)")
  private String only = "";

  private final Report report = new Report();

  @Override
  public Integer call() throws IOException {
    RegistryServer gantry =
        RegistryServer.at("gantry", new InetSocketAddress(registry.getHost(), registry.getPort()));
    String reason = RegistryPeer.unavailable();
    if (!reason.isEmpty()) {
      System.err.println("docker-registry cannot be measured: " + reason);
      return 1;
    }
    try (RegistryPeer peer = RegistryPeer.start(directory)) {
      Comparison comparison = new Comparison(gantry.label(), peer.server().label());
      if (!only.equals("manifests")) {
        blobs(gantry, peer, comparison);
      }
      if (!only.equals("blobs")) {
        manifests(List.of(gantry, peer.server()), comparison);
      }
      comparison.addTo(report);
    }
    report.print(settings.json);
    return 0;
  }

  private void blobs(RegistryServer gantry, RegistryPeer peer, Comparison comparison)
      throws IOException {
    try (BlobFile blob = BlobFile.make(directory, mib)) {
      for (int round = -1; round < rounds; round++) {
        Comparison counted =
            round < 0 ? new Comparison(gantry.label(), peer.server().label()) : comparison;
        RegistryBlobs blobs = new RegistryBlobs(blob, counted);
        blob.change();
        blobs.put(gantry, "blob POST+PUT");
        blobs.put(peer.server(), "blob POST+PUT");
        for (RegistryServer server : List.of(gantry, peer.server())) {
          blobs.get(server, "blob GET", 1);
          blobs.get(server, "blob GET, 16 clients", FEW);
        }
        forget(blobs, blob, gantry, peer);
        blob.change();
        blobs.patch(gantry, "blob PATCH by 64 MiB");
        blobs.patch(peer.server(), "blob PATCH by 64 MiB");
        forget(blobs, blob, gantry, peer);
        blob.change();
        blobs.post(gantry, "blob POST");
        if (blobs.post(peer.server(), "blob POST")) {
          blobs.delete(peer.server());
        } else {
          report.notMeasured("blob POST: docker-registry", "it takes no body with the POST");
        }
        blobs.delete(gantry);
      }
    }
  }

  private static void forget(
      RegistryBlobs blobs, BlobFile blob, RegistryServer gantry, RegistryPeer peer)
      throws IOException {
    blobs.delete(gantry);
    blobs.delete(peer.server());
    peer.forget(blob.digest());
  }

  private void manifests(List<RegistryServer> servers, Comparison comparison) throws IOException {
    Comparison warming = new Comparison(servers.getFirst().label(), servers.getLast().label());
    for (int round = -warmup; round < rounds; round++) {
      for (RegistryServer server : servers) {
        RegistryManifests manifests =
            new RegistryManifests(server, round < 0 ? warming : comparison);
        manifests.putByTag(FEW, requests / 4);
        manifests.putByDigest(FEW, requests / 4);
        manifests.getByTag(FEW, requests);
        manifests.getByDigest(FEW, requests);
        manifests.getByTag(MANY, requests);
        manifests.putByTag(MANY, requests / 4);
      }
    }
  }
}
