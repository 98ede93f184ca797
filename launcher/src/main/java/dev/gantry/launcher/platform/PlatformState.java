package dev.gantry.launcher.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.gantry.launcher.network.NetworkPlan;
import dev.gantry.launcher.settings.Port;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code platform.json} says: where everything is. It outlives the platform, so that the next
 * start takes the same ports.
 *
 * @param state starting, up, stopping, down or failed
 * @param error why it failed
 * @param pid the launcher's process
 * @param startedAt when the launcher started, RFC 3339
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PlatformState(
    String instance,
    String version,
    String home,
    String state,
    @Nullable String error,
    long pid,
    String startedAt,
    List<Service> services,
    @Nullable Kafka kafka,
    @Nullable Postgres postgres,
    Map<Port, Integer> ports,
    NetworkPlan network) {

  static final String FILE = "platform.json";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * One part.
   *
   * @param state starting, ready, dead or stopped
   * @param starts how often it was started
   */
  record Service(
      String name,
      String url,
      int port,
      long pid,
      String state,
      int starts,
      String stateDir,
      String log) {}

  /** The bus. */
  record Kafka(String bootstrapServers, boolean embedded) {}

  /** The databases' server; {@code jdbcUrl} ends where a database's name belongs. */
  record Postgres(String jdbcUrl, String user, boolean embedded) {}

  /** What the last start in this directory wrote; empty when there was none. */
  static Optional<PlatformState> read(Path home) throws IOException {
    Path file = home.resolve(FILE);
    return Files.exists(file)
        ? Optional.of(JSON.readValue(file.toFile(), PlatformState.class))
        : Optional.empty();
  }

  /** Replaces the file at once: a reader sees the old state or this one. */
  void write() throws IOException {
    Path file = Path.of(home, FILE);
    Path fresh = Path.of(home, FILE + ".new");
    Files.write(fresh, JSON.writeValueAsBytes(this));
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
