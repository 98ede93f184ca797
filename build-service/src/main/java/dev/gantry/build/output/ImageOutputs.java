package dev.gantry.build.output;

import dev.gantry.build.publish.ImagePublisher;
import dev.gantry.build.queue.Build;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Images that builds made, out of the registry. Thread-safe. */
public final class ImageOutputs {
  private final RegistryClient registry;

  /** Images of this registry. */
  public ImageOutputs(RegistryClient registry) {
    this.registry = registry;
  }

  /** What an image is written as. */
  public enum Format {
    /** An OCI layout. */
    OCI,
    /** What {@code docker load} takes; an OCI layout too. */
    DOCKER,
    /** The files, as a container would see them. */
    TAR;

    /** The format of that name in lower case. */
    public static Optional<Format> of(String text) {
      for (Format format : values()) {
        if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
          return Optional.of(format);
        }
      }
      return Optional.empty();
    }
  }

  /** An image that is there and can be written. */
  @FunctionalInterface
  public interface Writer {
    /** Writes all of it. */
    void write(OutputStream out) throws IOException;
  }

  /**
   * What writes an image of a build that has succeeded.
   *
   * @param digest one that the build made
   * @throws IOException when the registry does not have it, or is away
   */
  public Writer open(Build build, String digest, Format format) throws IOException {
    List<String> tags = tags(build, digest);
    String repository =
        tags.isEmpty() ? ImagePublisher.UNTAGGED : Reference.parse(tags.getFirst()).repository();
    BuiltLayers image = BuiltLayers.of(registry, repository, digest);
    return switch (format) {
      case OCI -> out -> ImageArchive.write(image, tags, false, out);
      case DOCKER -> out -> ImageArchive.write(image, tags, true, out);
      case TAR -> out -> FileSystemArchive.write(image, out);
    };
  }

  private static List<String> tags(Build build, String digest) {
    return build.images().stream()
        .filter(image -> image.digest().equals(digest))
        .map(image -> image.tags())
        .findFirst()
        .orElse(build.spec().tags());
  }
}
