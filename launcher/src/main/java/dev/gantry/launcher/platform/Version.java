package dev.gantry.launcher.platform;

/** Which Gantry this is. */
final class Version {
  private Version() {}

  /** From the jar's manifest; {@code dev} when the classes run from a folder. */
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
