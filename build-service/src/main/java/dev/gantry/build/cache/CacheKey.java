package dev.gantry.build.cache;

import dev.gantry.oci.content.Digest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A name for the result of a step that follows from all that went into it, and from nothing else.
 */
public record CacheKey(String value) {

  /** The key of inputs; equal inputs have equal keys, and no others do. */
  public static CacheKey of(StepInputs inputs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, "gantry-cache-2");
      write(out, inputs.parent());
      write(out, inputs.instruction());
      write(out, inputs.values());
      write(out, inputs.sources());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CacheKey(Digest.of(bytes.toByteArray()).hex());
  }

  /** Each text with its length before, so that no two lists of texts look alike. */
  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void write(DataOutputStream out, Map<String, String> map) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
      write(out, entry.getKey());
      write(out, entry.getValue());
    }
  }
}
