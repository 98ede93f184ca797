package dev.gantry.image.manifest;

import dev.gantry.image.tag.TagName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a repository has of what a push is about, under the repository's lock.
 *
 * @param id of the repository's row
 * @param eventSequence the number of its last event
 * @param manifest the one that is pushed; null when it is new
 * @param tags what those that are to be moved point to, where they are
 * @param targets what is there of what the manifest refers to, by digest
 */
record Standing(
    long id,
    String name,
    long eventSequence,
    @Nullable Known manifest,
    Map<String, String> tags,
    Map<String, Present> targets) {

  /**
   * A manifest.
   *
   * @param imageBytes with all that it refers to
   */
  record Known(String mediaType, long imageBytes) {}

  /**
   * What a manifest refers to and is there.
   *
   * @param imageBytes with all that it refers to itself
   */
  record Present(long bytes, long imageBytes) {}

  /** The manifest that is there. */
  Known known() {
    return Objects.requireNonNull(manifest, "is there");
  }

  /** Those of the tags that do not point to the digest yet. */
  List<String> moved(String digest, Collection<TagName> wanted) {
    return wanted.stream()
        .map(TagName::value)
        .distinct()
        .filter(tag -> !digest.equals(tags.get(tag)))
        .toList();
  }
}
