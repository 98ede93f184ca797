package dev.gantry.image.tag;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One move of a tag, as the history shows it.
 *
 * @param digest where to; absent: it was taken away
 * @param previousDigest where from; absent: it was not there
 * @param actor who did it, as they say themselves
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TagMove(
    @Nullable String digest,
    @Nullable String previousDigest,
    Instant changedAt,
    @Nullable String actor) {
  static TagMove of(TagHistoryEntity move) {
    return new TagMove(move.digest(), move.previousDigest(), move.changedAt(), move.actor());
  }
}
