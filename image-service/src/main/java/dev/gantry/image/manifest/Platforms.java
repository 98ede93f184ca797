package dev.gantry.image.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Platforms as people write them: {@code linux/amd64}, {@code linux/arm/v7}. */
public final class Platforms {
  /** A config larger than this has its platform left out. */
  private static final int CONFIG_BYTES_MAX = 4 * 1024 * 1024;

  private static final int NAME_MAX = 128;
  private static final JsonMapper JSON = new JsonMapper();

  private Platforms() {}

  /** What an image's config says; empty when it says nothing or is no JSON. */
  public static Optional<String> ofConfig(InputStream config) throws IOException {
    byte[] bytes = config.readNBytes(CONFIG_BYTES_MAX);
    try {
      return of(JSON.readTree(bytes));
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      return Optional.empty();
    }
  }

  /** Of an object with {@code os} and {@code architecture}; what is not an image has "unknown". */
  static Optional<String> of(JsonNode platform) {
    String os = platform.path("os").asText("");
    String architecture = platform.path("architecture").asText("");
    if (os.isEmpty() || architecture.isEmpty() || os.equals("unknown")) {
      return Optional.empty();
    }
    String variant = platform.path("variant").asText("");
    String name = os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    return Optional.of(name).filter(text -> text.length() <= NAME_MAX);
  }
}
