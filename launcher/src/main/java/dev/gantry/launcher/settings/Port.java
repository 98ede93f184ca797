package dev.gantry.launcher.settings;

/** A port that the platform listens on: its setting and its default. */
public enum Port {
  IMAGE("GANTRY_IMAGE_PORT", 5000),
  DASHBOARD("GANTRY_DASHBOARD_PORT", 8080),
  BUILD("GANTRY_BUILD_PORT", 8081),
  RUN("GANTRY_RUN_PORT", 8083),
  KAFKA("GANTRY_KAFKA_PORT", 9092),
  KAFKA_CONTROLLER("GANTRY_KAFKA_CONTROLLER_PORT", 9093),
  POSTGRES("GANTRY_POSTGRES_PORT", 54329);

  private final String setting;
  private final int standard;

  Port(String setting, int standard) {
    this.setting = setting;
    this.standard = standard;
  }

  /** The environment variable that overrides it. */
  public String setting() {
    return setting;
  }

  /** The port of the default instance. */
  public int standard() {
    return standard;
  }
}
