package dev.gantry.oci.content;

import java.util.List;
import java.util.Map;

/**
 * Says of some content what it is, how it is named and how long it is (image-spec, descriptor.md).
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Map<String, String> annotations,
    List<String> urls) {
  /** Refuses negative sizes. */
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("negative size " + size);
    }
    annotations = Map.copyOf(annotations);
    urls = List.copyOf(urls);
  }

  /** A descriptor without annotations. */
  public Descriptor(String mediaType, Digest digest, long size) {
    this(mediaType, digest, size, Map.of(), List.of());
  }

  /** Describes these bytes. */
  public static Descriptor of(String mediaType, byte[] content) {
    return new Descriptor(mediaType, Digest.of(content), content.length);
  }
}
