package dev.gantry.image.registry;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A service that collects when it is asked only, but then what is hardly a second old. */
public class ImpatientProfile implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "gantry.gc.every", "off", "gantry.scrub.every", "off", "gantry.gc.grace", "PT0.5S");
  }
}
