package dev.gantry.oci.image;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import java.util.Optional;

/**
 * A manifest as a registry holds it: exactly its bytes, and what is understood of them. Unknown
 * fields and the order of known ones are in the bytes only.
 */
public sealed interface Manifest permits ImageManifest, ImageIndex {
  /** Its media type: the field of that name, else what it was served as. */
  String mediaType();

  /** A copy of the bytes that its digest is of. */
  byte[] bytes();

  /** What was said about it with it: artifacts refer to another manifest; empty for images. */
  Optional<Descriptor> subject();

  /** The SHA-256 digest of its bytes. */
  default Digest digest() {
    return Digest.of(bytes());
  }

  /** Describes it. */
  default Descriptor descriptor() {
    return Descriptor.of(mediaType(), bytes());
  }

  /**
   * Reads a manifest or an index.
   *
   * @param servedAs the content type that came with it, without parameters; may be empty
   * @throws InvalidImageException when it is neither, or says of itself something else than {@code
   *     servedAs}, or could be read as both
   */
  static Manifest parse(byte[] bytes, String servedAs) throws InvalidImageException {
    JsonDocument json = JsonDocument.parse("manifest", bytes);
    Optional<String> own = json.text("mediaType");
    if (own.isPresent() && isKnown(servedAs) && !own.get().equals(servedAs)) {
      throw json.invalid("mediaType", "is " + own.get() + " but it was served as " + servedAs);
    }
    if (json.has("manifests") && (json.has("layers") || json.has("config"))) {
      throw json.invalid("manifests", "beside \"layers\" or \"config\"");
    }
    String mediaType = own.orElse(isKnown(servedAs) ? servedAs : guess(json));
    if (MediaTypes.isIndex(mediaType)) {
      return ImageIndex.read(json, mediaType, bytes);
    }
    if (MediaTypes.isManifest(mediaType)) {
      return ImageManifest.read(json, mediaType, bytes);
    }
    throw json.invalid("mediaType", "is not that of an image: " + mediaType);
  }

  private static boolean isKnown(String mediaType) {
    return MediaTypes.isIndex(mediaType) || MediaTypes.isManifest(mediaType);
  }

  private static String guess(JsonDocument json) {
    return json.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
  }
}
