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
      JsonNode root = JSON.readTree(content);
      if (root == null || !root.isObject() || root.path("schemaVersion").asInt() != 2) {
        throw new Invalid("not a JSON object with schemaVersion 2");
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
    targets.add(new Target.Blob(digest(config, "config").toString()));
    for (JsonNode layer : array(root, "layers")) {
      Digest blob = digest(layer, "layers");
      // Layers that licences keep out of registries are fetched from elsewhere.
      if (!MediaTypes.isForeignLayer(layer.path("mediaType").asText(""))) {
        targets.add(new Target.Blob(blob.toString()));
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
        content, digest, type, artifactType, subject(root), image, targets, List.of());
  }

  private static ManifestDocument index(JsonNode root, byte[] content, Digest digest, String type)
      throws Invalid {
    if (root.has("layers") || root.has("config")) {
      throw new Invalid("an index must have neither 'layers' nor 'config'");
    }
    List<Target> targets = new ArrayList<>();
    Set<String> platforms = new TreeSet<>();
    for (JsonNode manifest : array(root, "manifests")) {
      targets.add(new Target.Manifest(digest(manifest, "manifests").toString()));
      Platforms.of(manifest.path("platform")).ifPresent(platforms::add);
    }
    return new ManifestDocument(
        content,
        digest,
        type,
        text(root, "artifactType"),
        subject(root),
        Optional.empty(),
        targets,
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

  private static Optional<String> text(JsonNode root, String field) {
    return Optional.of(root.path(field).asText("")).filter(text -> !text.isEmpty());
  }
}
