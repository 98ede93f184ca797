package dev.gantry.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The JSON Schemas (2020-12) of the data of every event, of the envelope, and AsyncAPI. */
public final class Schemas {
  /** The name of the schema of the CloudEvents envelope. */
  public static final String ENVELOPE = "envelope";

  private Schemas() {}

  /** The schema of the data of a type. */
  public static String of(EventType type) {
    return resource("/schemas/" + type.name() + ".json");
  }

  /** The schema of that name: an event type's, or {@link #ENVELOPE}. */
  public static Optional<String> named(String name) {
    return name.equals(ENVELOPE)
        ? Optional.of(resource("/schemas/envelope.json"))
        : EventType.named(name).map(Schemas::of);
  }

  /** The AsyncAPI 3 document of all topics, as YAML. */
  public static String asyncApi() {
    return resource("/asyncapi.yaml");
  }

  private static String resource(String path) {
    try (InputStream in = Schemas.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
