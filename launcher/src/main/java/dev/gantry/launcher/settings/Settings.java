package dev.gantry.launcher.settings;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the user chose for one platform, read from the environment once.
 *
 * @param home the platform's state directory, absolute
 * @param instance its name on this host
 * @param ports the ports that were set by name
 * @param kafka bootstrap servers to use instead of an embedded broker
 * @param postgres server to use instead of an embedded one
 */
public record Settings(
    Path home,
    String instance,
    Map<Port, Integer> ports,
    Optional<String> kafka,
    Optional<PostgresAddress> postgres) {
  /** The instance that has the well-known ports. */
  public static final String DEFAULT_INSTANCE = "gantry";

  private static final String NAME = "[a-z][a-z0-9-]{0,19}";

  /** Refuses what is no instance name, naming the setting. */
  public Settings {
    if (!instance.matches(NAME)) {
      throw new InvalidSettingException("GANTRY_INSTANCE", instance, "must match " + NAME);
    }
    ports = Map.copyOf(ports);
  }

  /**
   * Reads the settings from environment variables.
   *
   * @throws InvalidSettingException one is invalid; the message names it, its value and the bound
   */
  public static Settings from(Map<String, String> environment) {
    String instance = environment.getOrDefault("GANTRY_INSTANCE", DEFAULT_INSTANCE);
    return new Settings(
        home(environment.get("GANTRY_HOME"), instance),
        instance,
        ports(environment),
        Optional.ofNullable(environment.get("GANTRY_KAFKA")).filter(value -> !value.isBlank()),
        Optional.ofNullable(environment.get("GANTRY_POSTGRES"))
            .filter(value -> !value.isBlank())
            .map(PostgresAddress::parse));
  }

  /** Whether this is the instance with the well-known ports and names. */
  public boolean isDefaultInstance() {
    return instance.equals(DEFAULT_INSTANCE);
  }

  private static Path home(@Nullable String given, String instance) {
    if (given != null && !given.isBlank()) {
      return Path.of(given).toAbsolutePath().normalize();
    }
    return instance.equals(DEFAULT_INSTANCE)
        ? Path.of("/var/lib/gantry")
        : Path.of("/var/lib/gantry-" + instance);
  }

  private static Map<Port, Integer> ports(Map<String, String> environment) {
    Map<Port, Integer> ports = new EnumMap<>(Port.class);
    for (Port port : Port.values()) {
      String value = environment.get(port.setting());
      if (value != null && !value.isBlank()) {
        ports.put(port, port(port.setting(), value.strip()));
      }
    }
    return ports;
  }

  private static int port(String setting, String value) {
    if (!value.matches("\\d{1,5}")
        || Integer.parseInt(value) < 1
        || Integer.parseInt(value) > 65_535) {
      throw new InvalidSettingException(setting, value, "must be a port from 1 to 65535");
    }
    return Integer.parseInt(value);
  }
}
