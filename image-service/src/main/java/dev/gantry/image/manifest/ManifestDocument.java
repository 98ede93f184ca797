package dev.gantry.image.manifest;

import dev.gantry.oci.content.Digest;
import java.util.List;
import java.util.Optional;

/**
 * A manifest or index whose form is valid; what it refers to has not been looked at yet.
 *
 * @param content the bytes as sent, which are the bytes that will be served
 * @param digest of the content, in the algorithm that the client asked for
 * @param artifactType as OCI image-spec 1.1 derives it: the field, else the config's media type
 * @param config the config blob of an image, where it is one whose platform can be read
 * @param platforms what an index names, as {@code linux/amd64}
 */
public record ManifestDocument(
    byte[] content,
    Digest digest,
    String mediaType,
    Optional<String> artifactType,
    Optional<Digest> subject,
    Optional<Digest> config,
    List<Target> targets,
    List<String> platforms) {

  public ManifestDocument {
    targets = List.copyOf(targets);
    platforms = List.copyOf(platforms);
  }

  /** What a manifest refers to, and what must be there before the manifest may be. */
  public sealed interface Target {
    /** The digest as text. */
    String digest();

    /** How many bytes the manifest says that it has. */
    long size();

    /** A blob. */
    record Blob(String digest, long size) implements Target {}

    /** Another manifest. */
    record Manifest(String digest, long size) implements Target {}
  }
}
