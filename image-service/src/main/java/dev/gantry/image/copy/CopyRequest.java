package dev.gantry.image.copy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a tag is to point to.
 *
 * @param from the repository to copy from; empty for the tag's own
 * @param reference the tag or digest there
 * @param referrers whether what refers to it is copied too
 */
record CopyRequest(String from, String reference, boolean referrers) {
  private static final int BYTES_MAX = 16 * 1024;
  private static final JsonMapper JSON = new JsonMapper();

  /** Reads {@code {"from", "reference", "referrers"}}; only the reference must be there. */
  static Outcome<CopyRequest> read(InputStream body) throws IOException {
    byte[] content = body.readNBytes(BYTES_MAX + 1);
    if (content.length > BYTES_MAX) {
      return Outcome.refused(ErrorCode.SIZE_INVALID, "the request is too long");
    }
    try {
      JsonNode root = JSON.readTree(content);
      return root != null && root.path("reference").isTextual()
          ? Outcome.done(
              new CopyRequest(
                  root.path("from").asText(""),
                  root.path("reference").asText(),
                  root.path("referrers").asBoolean(false)))
          : invalid();
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      return invalid();
    }
  }

  private static Outcome<CopyRequest> invalid() {
    return Outcome.refused(
        ErrorCode.UNSUPPORTED, 400, "a JSON object with a reference (a tag or digest), please");
  }
}
