package dev.gantry.build.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.embedded.Backbone;
import dev.gantry.events.EntityId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** A whole host of its own: service, bus, database, registry; everything on it is named apart. */
final class TestHost implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  final String instance = "gb" + HexFormat.of().toHexDigits((short) new Random().nextInt(1 << 16));
  final Path directory;
  final Backbone backbone;
  final TestRegistry registry;
  final ServiceProcess service;
  final Bus bus;
  final String digest;

  private final Map<String, String> settings;

  TestHost() throws IOException, InterruptedException {
    this(Map.of());
  }

  /** With settings of the service beside those that every test needs. */
  TestHost(Map<String, String> settings) throws IOException, InterruptedException {
    this.settings = settings;
    directory = Files.createTempDirectory(Path.of("/var/tmp"), "gantry-build-it-");
    backbone = Backbone.start(Path.of("target/backbone"));
    registry = new TestRegistry();
    ObjectNode config = JSON.createObjectNode();
    config.putArray("Cmd").add("sh");
    config.putArray("Env").add("PATH=/bin");
    digest =
        registry.push("busybox:1", TestRegistry.busyboxRoot(directory.resolve("busybox")), config);
    service =
        new ServiceProcess(
            environment(instance, "state"), Path.of("target/build-service-" + instance + ".log"));
    bus = new Bus(backbone.bootstrapServers());
    bus.listen();
  }

  /** Another host of the same platform, with the key that seals secrets. */
  ServiceProcess another(String name) throws IOException {
    return new ServiceProcess(
        environment(name, "state-" + name), Path.of("target/build-service-" + name + ".log"));
  }

  private Map<String, String> environment(String name, String state) {
    int third = new Random().nextInt(1, 250);
    Map<String, String> environment = new HashMap<>(settings);
    environment.putAll(
        Map.ofEntries(
            Map.entry("KAFKA_BOOTSTRAP_SERVERS", backbone.bootstrapServers()),
            Map.entry("QUARKUS_DATASOURCE_JDBC_URL", backbone.jdbcUrl("build")),
            Map.entry("QUARKUS_DATASOURCE_USERNAME", "postgres"),
            Map.entry("GANTRY_INSTANCE", name),
            Map.entry("GANTRY_HOST", name),
            Map.entry("GANTRY_STATE_DIR", directory.resolve(state).toString()),
            Map.entry(
                "GANTRY_BUILD_SECRET_KEY_FILE", directory.resolve("state/secret.key").toString()),
            Map.entry("GANTRY_REGISTRY", registry.name()),
            Map.entry("GANTRY_CGROUP_PARENT", "gantry-" + name),
            Map.entry("GANTRY_NETWORK_BRIDGE", name + "b"),
            Map.entry("GANTRY_NETWORK_SUBNET", "10.234." + third + ".0/24"),
            Map.entry("GANTRY_BUILD_ALLOW_NETWORKS", "127.0.0.1"),
            Map.entry("GANTRY_ID_BASE", "800000000")));
    return environment;
  }

  /** Submits a context made of a Dockerfile and files, name and content in turn; the build's id. */
  String submit(String query, String dockerfile, String... files) throws Exception {
    Archive archive = new Archive().file("Dockerfile", dockerfile);
    for (int i = 0; i < files.length; i += 2) {
      archive.file(files[i], files[i + 1]);
    }
    return submit(query, archive);
  }

  String submit(String query, Archive archive) throws Exception {
    ServiceProcess.Answer answer = service.upload("/v1/builds?" + query, archive.bytes());
    if (answer.status() != 202) {
      throw new AssertionError(answer.status() + " " + answer.text());
    }
    return answer.json().path("id").asText();
  }

  /** Submits and waits for the end. */
  JsonNode build(String query, String dockerfile, String... files) throws Exception {
    return ended(submit(query, dockerfile, files));
  }

  JsonNode ended(String build) {
    return Await.value(
        "end of build " + build,
        () ->
            Optional.of(get(build))
                .filter(
                    now ->
                        List.of("succeeded", "failed", "cancelled")
                            .contains(now.path("state").asText())));
  }

  JsonNode get(String build) throws IOException, InterruptedException {
    return service.get("/v1/builds/" + build).json();
  }

  /** The build of a request of {@link Bus#request}. */
  static String build(String requestId) {
    return EntityId.derive(EntityId.Kind.BUILD, "/test", requestId).value();
  }

  /** The names in a directory of this host's own. */
  List<String> directoryListing(String path) throws IOException {
    try (Stream<Path> names = Files.list(directory.resolve(path))) {
      return names.map(name -> name.getFileName().toString()).toList();
    }
  }

  String log(String build) throws IOException, InterruptedException {
    return service.get("/v1/builds/" + build + "/logs").text();
  }

  /** The events of a log behind a line. */
  String log(String build, String after) throws IOException, InterruptedException {
    String[] headers = after.isEmpty() ? new String[0] : new String[] {"Last-Event-ID", after};
    return service
        .call("GET", "/v1/builds/" + build + "/logs?follow=true", new byte[0], headers)
        .text();
  }

  /** Which files of the service, and rows of its tables, hold a text. */
  String grep(String text) throws IOException, InterruptedException {
    String files =
        output(
            "grep",
            "-rlF",
            text,
            directory.resolve("state").toString(),
            "target/build-service-" + instance + ".log");
    StringBuilder rows = new StringBuilder();
    try (Connection connection =
            DriverManager.getConnection(backbone.jdbcUrl("build"), "postgres", "");
        Statement statement = connection.createStatement()) {
      for (String table :
          List.of("build", "build_step", "build_log", "build_secret", "outbox", "cache_entry")) {
        try (ResultSet found =
            statement.executeQuery(
                "SELECT count(*) FROM "
                    + table
                    + " t WHERE t::text LIKE '%"
                    + text
                    + "%'"
                    + (table.equals("build_log")
                        ? " OR position('" + text + "'::bytea in t.lines) > 0"
                        : "")
                    + (table.equals("outbox")
                        ? " OR position('" + text + "'::bytea in t.value) > 0"
                        : ""))) {
          found.next();
          rows.append(found.getInt(1) > 0 ? table + " " : "");
        }
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return files + rows;
  }

  /** Makes the service know no step that was ever built. */
  void forgetCache() throws Exception {
    service.kill();
    try (Connection connection =
            DriverManager.getConnection(backbone.jdbcUrl("build"), "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM cache_entry");
      statement.execute("DELETE FROM cache_slot");
    }
    service.start();
  }

  /** What is left on the host that is named after this instance. */
  String leftovers() throws IOException, InterruptedException {
    StringBuilder found = new StringBuilder();
    found.append(
        output("sh", "-c", "find /sys/fs/cgroup -maxdepth 3 -name 'gantry-" + instance + "*'"));
    found.append(output("sh", "-c", "ls /sys/class/net | grep " + instance));
    found.append(output("sh", "-c", "nft list tables | grep " + instance));
    found.append(output("sh", "-c", "grep " + directory + " /proc/self/mountinfo"));
    found.append(
        output(
            "sh",
            "-c",
            "ls "
                + directory.resolve("state/sandboxes")
                + " "
                + directory.resolve("state/layers/building")));
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
    service.close();
    bus.close();
    registry.close();
    backbone.close();
    new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
  }
}
