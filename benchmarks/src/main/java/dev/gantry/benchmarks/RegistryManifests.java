package dev.gantry.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;

/** Small manifests into a registry and out of it, by many clients. */
final class RegistryManifests {
  /** Clients seldom push to the same repository at the same time. */
  private static final int REPOSITORIES = 16;

  private static final int KNOWN = 64;
  private static final String MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String HEADERS = "Content-Type: " + MEDIA_TYPE + "\r\n";
  private static final String ACCEPT = "Accept: " + MEDIA_TYPE + "\r\n";
  private static final byte[] NOTHING = {};
  private static final byte[] CONFIG = ascii("{\"os\":\"linux\",\"architecture\":\"amd64\"}");
  private static final byte[] LAYER = ascii("a layer");

  private final RegistryServer server;
  private final Comparison comparison;
  private final List<Manifest> known = new ArrayList<>();
  private final long salt = new Random().nextLong();
  private int number;

  /** Prepares the repositories: what the manifests refer to, and some to be asked for. */
  RegistryManifests(RegistryServer server, Comparison comparison) throws IOException {
    this.server = server;
    this.comparison = comparison;
    try (RegistryConnection connection = server.connect()) {
      for (int i = 0; i < REPOSITORIES; i++) {
        blob(connection, i, CONFIG);
        blob(connection, i, LAYER);
      }
      for (int i = 0; i < KNOWN; i++) {
        Manifest manifest = next();
        known.add(manifest);
        connection
            .send("PUT", path(manifest, manifest.tag()), HEADERS, manifest.content())
            .expect(201);
      }
    }
  }

  private record Manifest(int repository, String tag, String digest, byte[] content) {}

  private static void blob(RegistryConnection connection, int repository, byte[] content)
      throws IOException {
    String uploads = "/v2/bench/app" + repository + "/blobs/uploads/";
    String location = connection.send("POST", uploads, "", NOTHING).expect(202).header("Location");
    String path = location.substring(location.indexOf("/v2/"));
    String query = (path.contains("?") ? "&" : "?") + "digest=" + digest(content);
    connection.send("PUT", path + query, "", content).expect(201);
  }

  private Manifest next() {
    int n = number++;
    byte[] content =
        ascii(
            """
            {"schemaVersion":2,"mediaType":"%s",\
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},\
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}],\
            "annotations":{"number":"%x-%d"}}"""
                .formatted(
                    MEDIA_TYPE,
                    digest(CONFIG),
                    CONFIG.length,
                    digest(LAYER),
                    LAYER.length,
                    salt,
                    n));
    return new Manifest(n % REPOSITORIES, "v" + n, digest(content), content);
  }

  private static String path(Manifest manifest, String reference) {
    return "/v2/bench/app" + manifest.repository() + "/manifests/" + reference;
  }

  /** Gets manifests by tag. */
  void getByTag(int clients, int count) throws IOException {
    storm("GET by tag", clients, count, 200, i -> get(i, known.get(i % KNOWN).tag()));
  }

  /** Gets manifests by digest. */
  void getByDigest(int clients, int count) throws IOException {
    storm("GET by digest", clients, count, 200, i -> get(i, known.get(i % KNOWN).digest()));
  }

  private byte[] get(int i, String reference) {
    String path = path(known.get(i % KNOWN), reference);
    return RegistryConnection.request("GET", path, ACCEPT, NOTHING);
  }

  /** Puts new manifests under new tags. */
  void putByTag(int clients, int count) throws IOException {
    storm("PUT by tag", clients, count, 201, _ -> put(true));
  }

  /** Puts new manifests without a tag. */
  void putByDigest(int clients, int count) throws IOException {
    storm("PUT by digest", clients, count, 201, _ -> put(false));
  }

  private byte[] put(boolean tag) {
    Manifest manifest = next();
    String path = path(manifest, tag ? manifest.tag() : manifest.digest());
    return RegistryConnection.request("PUT", path, HEADERS, manifest.content());
  }

  private void storm(String verb, int clients, int count, int status, IntFunction<byte[]> request)
      throws IOException {
    String what = String.format(Locale.ROOT, "manifest %s, %d clients", verb, clients);
    long cpu = server.cpuMillis();
    long all = server.cpuMillisWithDatabase();
    RequestStorm.Result result = new RequestStorm(server, clients, status).send(count, request);
    double millis = server.cpuMillis() - cpu;
    double allMillis = server.cpuMillisWithDatabase() - all;
    comparison.rate(what, server, result.perSecond(), "/s");
    Figures spread = Figures.of(what, result.millis());
    comparison.cost(what + ", p50", server, spread.percentile(50), "ms");
    comparison.cost(what + ", p99", server, spread.percentile(99), "ms");
    comparison.cost(what + ", CPU", server, millis / count, "ms");
    comparison.cost(what + ", CPU with database", server, allMillis / count, "ms");
    comparison.cost("memory after manifests", server, server.residentMib(), "MiB");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String digest(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
