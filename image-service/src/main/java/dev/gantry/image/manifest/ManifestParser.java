package dev.gantry.image.manifest;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.image.manifest.ManifestDocument.Target;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of a manifest that a registry must understand: its type and what it refers to.
 *
 * <p>Accepted are image manifests and indexes of OCI image-spec 1.1 and of Docker's schema 2. A
 * document that could be read as two things (a duplicate field, manifest and index at once, a media
 * type that differs from the header's) is refused.
 */
public final class ManifestParser {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Set<String> FIELDS =
      Set.of(
          "schemaVersion",
          "mediaType",
          "artifactType",
          "config",
          "layers",
          "manifests",
          "subject",
          "annotations");

  private ManifestParser() {}

  /** Why a document is no manifest; never leaves this class. */
  private static final class Invalid extends Exception {
    private static final long serialVersionUID = 1L;

    Invalid(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads a document; what is wrong with it is {@code MANIFEST_INVALID}.
   *
   * @param contentType the header as sent, if it was
   * @param digest the content's, as computed
   */
  public static Outcome<ManifestDocument> parse(
      @Nullable String contentType, byte[] content, Digest digest) {
    try {
      JsonNode root = JSON.readTree(text(content));
      JsonNode version = root.path("schemaVersion");
      if (!root.isObject() || !version.isIntegralNumber() || version.asInt() != 2) {
        throw new Invalid("not a JSON object with schemaVersion 2");
      }
      if (root.properties().stream().anyMatch(field -> almostKnown(field.getKey()))) {
        throw new Invalid("a field that differs from a known one in case only");
      }
      String type = mediaType(contentType, root);
      return Outcome.done(
          MediaTypes.isManifest(type)
              ? manifest(root, content, digest, type)
              : index(root, content, digest, type));
    } catch (IOException e) {
      return Outcome.refused(ErrorCode.MANIFEST_INVALID, "the manifest is not valid JSON");
    } catch (Invalid e) {
      return Outcome.refused(ErrorCode.MANIFEST_INVALID, String.valueOf(e.getMessage()));
    }
  }

  /** UTF-8 and nothing else (RFC 8259 section 8.1): a reader that guesses takes UTF-16 as well. */
  private static String text(byte[] content) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
  }

  /** Clients in Go would take it for the known one. */
  private static boolean almostKnown(String field) {
    return !FIELDS.contains(field) && FIELDS.stream().anyMatch(field::equalsIgnoreCase);
  }

  private static String mediaType(@Nullable String contentType, JsonNode root) throws Invalid {
    String sent = contentType == null ? "" : contentType.split(";", 2)[0].strip();
    String named = root.path("mediaType").asText("");
    if (!sent.isEmpty() && !named.isEmpty() && !sent.equals(named)) {
      throw new Invalid("the mediaType of the manifest is not that of the Content-Type header");
    }
    String type = named.isEmpty() ? sent : named;
    if (!MediaTypes.isManifest(type) && !MediaTypes.isIndex(type)) {
      throw new Invalid("unsupported media type of manifest");
    }
    return type;
  }

  private static ManifestDocument manifest(
      JsonNode root, byte[] content, Digest digest, String type) throws Invalid {
    if (root.has("manifests")) {
      throw new Invalid("an image manifest must not have 'manifests'");
    }
    List<Target> targets = new ArrayList<>();
    JsonNode config = root.path("config");
    targets.add(new Target.Blob(digest(config, "config").toString(), size(config)));
    for (JsonNode layer : array(root, "layers")) {
      Digest blob = digest(layer, "layers");
      // Layers that licences keep out of registries are fetched from elsewhere.
      if (!MediaTypes.isForeignLayer(layer.path("mediaType").asText(""))) {
        targets.add(new Target.Blob(blob.toString(), size(layer)));
      }
    }
    String configType = config.path("mediaType").asText("");
    Optional<Digest> image =
        MediaTypes.isImageConfig(configType)
            ? Optional.of(digest(config, "config"))
            : Optional.empty();
    Optional<String> artifactType =
        text(root, "artifactType")
            .or(() -> Optional.of(configType).filter(text -> !text.isEmpty()));
    return new ManifestDocument(
        content, digest, type, artifactType, subject(root), image, consistent(targets), List.of());
  }

  private static ManifestDocument index(JsonNode root, byte[] content, Digest digest, String type)
      throws Invalid {
    if (root.has("layers") || root.has("config")) {
      throw new Invalid("an index must have neither 'layers' nor 'config'");
    }
    List<Target> targets = new ArrayList<>();
    Set<String> platforms = new TreeSet<>();
    for (JsonNode manifest : array(root, "manifests")) {
      targets.add(new Target.Manifest(digest(manifest, "manifests").toString(), size(manifest)));
      Platforms.of(manifest.path("platform")).ifPresent(platforms::add);
    }
    return new ManifestDocument(
        content,
        digest,
        type,
        text(root, "artifactType"),
        subject(root),
        Optional.empty(),
        consistent(targets),
        List.copyOf(platforms));
  }

  /** Go clients write an empty list as null. */
  private static Iterable<JsonNode> array(JsonNode root, String field) throws Invalid {
    JsonNode array = root.path(field);
    if (array.isMissingNode() || !(array.isArray() || array.isNull())) {
      throw new Invalid("'" + field + "' must be a list");
    }
    return array;
  }

  private static Optional<Digest> subject(JsonNode root) throws Invalid {
    JsonNode subject = root.path("subject");
    return subject.isMissingNode() || subject.isNull()
        ? Optional.empty()
        : Optional.of(digest(subject, "subject"));
  }

  private static Digest digest(JsonNode descriptor, String field) throws Invalid {
    JsonNode size = descriptor.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
      throw new Invalid("a descriptor of '" + field + "' has no valid size");
    }
    return Digest.tryParse(descriptor.path("digest").asText(""))
        .orElseThrow(() -> new Invalid("a descriptor of '" + field + "' has no valid digest"));
  }

  /** Of a descriptor that {@link #digest} has found valid. */
  private static long size(JsonNode descriptor) {
    return descriptor.path("size").asLong();
  }

  /** Twice the same with two sizes: one of them is a lie. */
  private static List<Target> consistent(List<Target> targets) throws Invalid {
    long digests = targets.stream().map(Target::digest).distinct().count();
    if (digests < targets.stream().distinct().count()) {
      throw new Invalid("two descriptors of one digest have different sizes");
    }
    return targets;
  }

  private static Optional<String> text(JsonNode root, String field) {
    return Optional.of(root.path(field).asText("")).filter(text -> !text.isEmpty());
  }
}
