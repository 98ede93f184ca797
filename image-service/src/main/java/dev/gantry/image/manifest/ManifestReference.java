package dev.gantry.image.manifest;

import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.tag.TagName;
import dev.gantry.oci.content.Digest;
import java.util.Optional;

/** How a request names a manifest. */
public sealed interface ManifestReference {
  /** By the tag that points to it. */
  record ByTag(TagName tag) implements ManifestReference {}

  /** By its digest. */
  record ByDigest(Digest digest) implements ManifestReference {}

  /** What has a colon must be a digest, which no tag can have. */
  static Outcome<ManifestReference> parse(String text, ErrorCode noTag) {
    if (text.indexOf(':') >= 0) {
      Optional<Digest> digest = Digest.tryParse(text);
      return digest
          .<Outcome<ManifestReference>>map(value -> Outcome.done(new ByDigest(value)))
          .orElseGet(() -> Outcome.refused(ErrorCode.DIGEST_INVALID, "not a valid digest"));
    }
    return TagName.parse(text)
        .<Outcome<ManifestReference>>map(tag -> Outcome.done(new ByTag(tag)))
        .orElseGet(() -> Outcome.refused(noTag, "not a valid tag"));
  }
}
