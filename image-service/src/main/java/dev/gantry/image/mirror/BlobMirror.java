package dev.gantry.image.mirror;

import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.blob.ByteRange;
import dev.gantry.image.blob.ByteRange.Part;
import dev.gantry.image.blob.ByteRange.Whole;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Blobs of mirrored repositories: brought here when they are asked for. Thread-safe. */
final class BlobMirror {
  /** So little is not worth an answer that may break off: it is waited for. */
  private static final long SMALL_BYTES = 64 * 1024;

  private final BlobFetches fetches;
  private final SingleFlight questions;
  private final BlobLinkRepository links;

  BlobMirror(BlobFetches fetches, SingleFlight questions, BlobLinkRepository links) {
    this.fetches = fetches;
    this.questions = questions;
    this.links = links;
  }

  /** Whether there is such a blob, without fetching it. */
  BlobPull head(Place place, Digest digest) throws IOException {
    if (links.size(place.here(), digest).isPresent()) {
      return new BlobPull.Here();
    }
    for (BlobFetch fetch : fetches.underWay(place, digest)) {
      if (fetch.state() instanceof BlobFetch.State.Coming(OptionalLong size) && size.isPresent()) {
        return new BlobPull.There(size);
      }
    }
    Answer<OptionalLong> answer =
        questions.ask(
            List.of("head", place.here(), digest),
            () -> place.upstream().ask(registry -> registry.blobSize(place.there(), digest)));
    return switch (answer) {
      case Answer.Got<OptionalLong>(OptionalLong size) -> new BlobPull.There(size);
      case Answer.Nothing<OptionalLong>(Failure why) -> new BlobPull.Nothing(why);
    };
  }

  /**
   * A blob while it comes.
   *
   * @param range as a client's header; a part that ends before the blob does is not handed out
   *     before the whole is verified, since nobody else could do that
   */
  BlobPull get(Place place, Digest digest, @Nullable String range) throws IOException {
    if (links.size(place.here(), digest).isPresent()) {
      return new BlobPull.Here();
    }
    try {
      return switch (fetches.join(place, digest)) {
        case Answer.Nothing<BlobFetch>(Failure why) -> new BlobPull.Nothing(why);
        case Answer.Got<BlobFetch>(BlobFetch fetch) -> pull(fetch, range);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a blob was fetched");
    }
  }

  private static BlobPull pull(BlobFetch fetch, @Nullable String range)
      throws IOException, InterruptedException {
    if (fetch.awaitAnswer() instanceof BlobFetch.State.Coming(OptionalLong size)
        && size.orElse(Long.MAX_VALUE) > SMALL_BYTES) {
      Optional<BlobPull> following = follow(fetch, size, range);
      if (following.isPresent()) {
        return following.get();
      }
    }
    return fetch.awaitEnd() instanceof BlobFetch.State.Failed(Failure why)
        ? new BlobPull.Nothing(why)
        : new BlobPull.Here();
  }

  private static Optional<BlobPull> follow(
      BlobFetch fetch, OptionalLong size, @Nullable String header) throws IOException {
    long bytes = size.orElse(Long.MAX_VALUE);
    ByteRange range = header == null ? new Whole() : ByteRange.parse(header, bytes);
    Optional<InputStream> content =
        switch (range) {
          case Whole() -> fetch.follow(0, bytes);
          case Part(long offset, long count) ->
              size.isPresent() && offset + count == bytes
                  ? fetch.follow(offset, count)
                  : Optional.empty();
          case ByteRange.Unsatisfiable() -> Optional.empty();
        };
    return content.map(stream -> new BlobPull.Coming(stream, size, range));
  }
}
