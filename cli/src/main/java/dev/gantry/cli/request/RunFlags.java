package dev.gantry.cli.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@code gantry run} that describe the container, spelt as docker spells them. */
public final class RunFlags {
  @Mixin private final ProcessFlags process = new ProcessFlags();
  @Mixin private final LimitFlags limits = new LimitFlags();
  @Mixin private final MountFlags mounts = new MountFlags();
  @Mixin private final NetworkFlags network = new NetworkFlags();
  @Mixin private final SecurityFlags security = new SecurityFlags();
  @Mixin private final HealthFlags health = new HealthFlags();

  @Option(names = "--name", description = "A name, unique among the containers that exist.")
  private @Nullable String name;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME[=VALUE]",
      description = "Add a label.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--pull",
      paramLabel = "newer|missing|always|never",
      description = "When to ask the registry for the image (default: newer).")
  private @Nullable String pull;

  @Option(
      names = "--restart",
      paramLabel = "no|on-failure[:N]|always|unless-stopped",
      description = "Whether it is started again when it ends (default: no).")
  private @Nullable String restart;

  @Option(names = "--stop-signal", description = "Signal that stop sends (default: the image's).")
  private @Nullable String stopSignal;

  @Option(names = "--stop-timeout", paramLabel = "SECONDS", description = "Grace before SIGKILL.")
  private @Nullable Integer stopTimeout;

  @Option(names = "--rm", description = "Remove the container when it exits.")
  private boolean remove;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      converter = Seconds.class,
      description = "Stop the container that long after its start.")
  private @Nullable Double ttl;

  /** Whether it has a terminal. */
  public boolean tty() {
    return process.tty();
  }

  /** Whether its standard input stays open. */
  public boolean stdin() {
    return process.stdin();
  }

  /**
   * The request's data, as the run-service takes it.
   *
   * @throws IOException when a file that a flag names cannot be read
   */
  public ObjectNode toSpec(String image, List<String> command, Map<String, String> environment)
      throws IOException {
    SpecWriter spec = new SpecWriter(Json.MAPPER.createObjectNode().put("image", image));
    spec.text("pullPolicy", pull);
    spec.text("name", name);
    spec.map("labels", labels(labels));
    spec.texts("command", command);
    process.write(spec, environment);
    spec.inside(
        "resources",
        resources -> {
          limits.write(resources);
          process.writeLimits(resources);
        });
    mounts.write(spec);
    network.write(spec);
    security.write(spec);
    spec.text("restart", restart);
    health.write(spec);
    spec.text("stopSignal", stopSignal);
    spec.integer("stopGraceSeconds", stopTimeout);
    spec.flag("removeOnExit", remove);
    spec.number("ttlSeconds", ttl == null ? null : Math.ceil(ttl));
    return spec.object();
  }

  /** {@code NAME=VALUE}, or a name with an empty value. */
  public static Map<String, String> labels(List<String> pairs) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      labels.put(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "" : pair.substring(equals + 1));
    }
    return labels;
  }
}
