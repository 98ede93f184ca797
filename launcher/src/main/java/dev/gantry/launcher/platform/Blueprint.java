package dev.gantry.launcher.platform;

import dev.gantry.embedded.EmbeddedPostgres;
import dev.gantry.launcher.network.NetworkPlan;
import dev.gantry.launcher.port.PortPlan;
import dev.gantry.launcher.settings.Port;
import dev.gantry.launcher.settings.PostgresAddress;
import dev.gantry.launcher.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Everything that is decided before the first child starts. */
record Blueprint(Settings settings, PortPlan ports, NetworkPlan network, Layout layout) {

  String bootstrapServers() {
    return settings.kafka().orElseGet(() -> "127.0.0.1:" + ports.of(Port.KAFKA));
  }

  PostgresAddress postgres() {
    return settings
        .postgres()
        .orElseGet(() -> new PostgresAddress("127.0.0.1", ports.of(Port.POSTGRES), "postgres", ""));
  }

  String url(Part part) {
    return "http://127.0.0.1:" + ports.of(part.port());
  }

  Path stateDir(String name) {
    return settings.home().resolve(name);
  }

  Path log(String name) {
    return settings.home().resolve("log").resolve(name + ".log");
  }

  /** The settings of one service, as the environment that it reads them from. */
  Map<String, String> environment(Part part) {
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(ports.of(part.port())));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers());
    environment.put("QUARKUS_DATASOURCE_JDBC_URL", postgres().jdbcUrl(part.database()));
    environment.put("QUARKUS_DATASOURCE_USERNAME", postgres().user());
    environment.put("QUARKUS_DATASOURCE_PASSWORD", postgres().password());
    environment.put("GANTRY_INSTANCE", settings.instance());
    environment.put("GANTRY_HOST", host());
    environment.put("GANTRY_STATE_DIR", stateDir(part.service()).toString());
    environment.put("GANTRY_REGISTRY", "127.0.0.1:" + ports.of(Port.IMAGE));
    environment.put("GANTRY_CGROUP_PARENT", network.cgroupParent());
    switch (part) {
      case RUN -> {
        environment.put("GANTRY_NETWORK_BRIDGE", network.runBridge());
        environment.put("GANTRY_NETWORK_SUBNET", network.runSubnet());
        environment.put("GANTRY_ID_BASE", Long.toString(network.runIdBase()));
      }
      case BUILD -> {
        environment.put("GANTRY_NETWORK_BRIDGE", network.buildBridge());
        environment.put("GANTRY_NETWORK_SUBNET", network.buildSubnet());
        environment.put("GANTRY_ID_BASE", Long.toString(network.buildIdBase()));
      }
      case IMAGE, DASHBOARD -> {}
    }
    return environment;
  }

  /** What this host is called in events: as it was set, else as the kernel calls it. */
  private static String host() {
    String set = System.getenv().getOrDefault("GANTRY_HOST", "");
    if (!set.isBlank()) {
      return set;
    }
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }

  PlatformState.Kafka kafkaState() {
    return new PlatformState.Kafka(bootstrapServers(), settings.kafka().isEmpty());
  }

  PlatformState.Postgres postgresState() {
    return new PlatformState.Postgres(
        postgres().jdbcUrl(""), postgres().user(), settings.postgres().isEmpty());
  }

  /** The port of the embedded server, for {@link EmbeddedPostgres}. */
  int postgresPort() {
    return ports.of(Port.POSTGRES);
  }
}
