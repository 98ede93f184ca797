package dev.gantry.launcher.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the built programs are.
 *
 * @param root the checkout
 */
public record Layout(Path root) {
  /** The application of a service, as Quarkus lays it out. */
  Path application(String service) {
    return root.resolve(service).resolve("target/quarkus-app");
  }

  /** The launcher's own jar, which brings Kafka's broker. */
  Path launcherJar() {
    return root.resolve("launcher/target/launcher.jar");
  }

  /** The JVM that this process runs in. */
  String java() {
    return Path.of(System.getProperty("java.home"), "bin/java").toString();
  }

  /** Refuses a checkout in which a service is not built. */
  void requireBuilt(Part part) throws IOException {
    Path jar = application(part.service()).resolve("quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IOException(part.service() + " is not built: " + jar + " is missing");
    }
  }
}
