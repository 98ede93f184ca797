package dev.gantry.run.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.embedded.Backbone;
import dev.gantry.events.EntityId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;

/** A whole host of its own: service, bus, database, registry; everything on it is named apart. */
final class TestHost implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  final String instance = "gt" + HexFormat.of().toHexDigits((short) new Random().nextInt(1 << 16));
  final Path directory;
  final Backbone backbone;
  final TestRegistry registry;
  final ServiceProcess service;
  final Bus bus;
  final String digest;

  /** What is to be in the directory of a host before its service starts. */
  interface Preparation {
    void prepare(Path directory) throws IOException, InterruptedException;
  }

  TestHost() throws IOException, InterruptedException {
    this(_ -> {});
  }

  TestHost(Preparation preparation) throws IOException, InterruptedException {
    directory = Files.createTempDirectory(Path.of("/var/tmp"), "gantry-run-it-");
    backbone = Backbone.start(Path.of("target/backbone"));
    registry = new TestRegistry();
    ObjectNode config = JSON.createObjectNode();
    config.putArray("Cmd").add("sh");
    config.putArray("Env").add("PATH=/bin").add("GREETING=hello");
    digest =
        registry.push("busybox:1", TestRegistry.busyboxRoot(directory.resolve("busybox")), config);
    preparation.prepare(directory);
    service = new ServiceProcess(environment(), Path.of("target/run-service-" + instance + ".log"));
    bus = new Bus(backbone.bootstrapServers());
    bus.listen();
  }

  private Map<String, String> environment() {
    int third = new Random().nextInt(1, 250);
    return Map.ofEntries(
        Map.entry("KAFKA_BOOTSTRAP_SERVERS", backbone.bootstrapServers()),
        Map.entry("QUARKUS_DATASOURCE_JDBC_URL", backbone.jdbcUrl("run")),
        Map.entry("QUARKUS_DATASOURCE_USERNAME", "postgres"),
        Map.entry("GANTRY_INSTANCE", instance),
        Map.entry("GANTRY_HOST", instance),
        Map.entry("GANTRY_STATE_DIR", directory.resolve("state").toString()),
        Map.entry("GANTRY_REGISTRY", registry.name()),
        Map.entry("GANTRY_CGROUP_PARENT", "gantry-" + instance),
        Map.entry("GANTRY_NETWORK_BRIDGE", instance + "b"),
        Map.entry("GANTRY_NETWORK_SUBNET", "10.233." + third + ".0/24"),
        Map.entry("GANTRY_ALLOW_BIND_ROOTS", directory.resolve("shared").toString()),
        Map.entry("GANTRY_ID_BASE", "700000000"));
  }

  /** The run of a request of {@link Bus#request}. */
  static String run(String requestId) {
    return EntityId.derive(EntityId.Kind.RUN, "/test", requestId).value();
  }

  /** Asks for a run that executes a shell script; its id. */
  String start(String requestId, String script, String... fields) throws Exception {
    bus.send(Bus.request(requestId, "dev.gantry.run.requested.v1", shell(script, fields)));
    return run(requestId);
  }

  static String shell(String script, String... fields) {
    String more = fields.length == 0 ? "" : "," + String.join(",", fields);
    return "{\"image\":\"busybox:1\",\"command\":[\"sh\",\"-c\",%s]%s}"
        .formatted(JSON.getNodeFactory().textNode(script), more);
  }

  JsonNode get(String run) throws IOException, InterruptedException {
    return service.get("/v1/runs/" + run).json();
  }

  /** What is left on the host that is named after this instance. */
  String leftovers() throws IOException, InterruptedException {
    StringBuilder found = new StringBuilder();
    found.append(
        output("sh", "-c", "find /sys/fs/cgroup -maxdepth 3 -name 'gantry-" + instance + "*'"));
    found.append(output("sh", "-c", "ls /sys/class/net | grep " + instance));
    found.append(output("sh", "-c", "nft list tables | grep " + instance));
    found.append(output("sh", "-c", "grep " + directory + " /proc/self/mountinfo"));
    found.append(output("sh", "-c", "ls " + directory.resolve("state/runs")));
    return found.toString();
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String text = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return text;
  }

  @Override
  public void close() throws Exception {
    try {
      service.post("/v1/host/drain?remove=true", "");
    } finally {
      service.close();
      bus.close();
      registry.close();
      backbone.close();
      new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
    }
  }
}
