package dev.gantry.run.http;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.events.ReasonCode;
import dev.gantry.run.problem.ProblemException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The body of a request, read strictly: one JSON value, no name twice. */
public final class JsonBody {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonBody() {}

  /**
   * Reads a body; one that is missing or empty is a missing node.
   *
   * @throws ProblemException when it is not JSON
   */
  public static JsonNode read(byte @Nullable [] body) {
    try {
      return JSON.readTree(body == null ? new byte[0] : body);
    } catch (IOException e) {
      throw new ProblemException(
          ReasonCode.INVALID_JSON, "the body is not JSON: " + e.getMessage());
    }
  }
}
