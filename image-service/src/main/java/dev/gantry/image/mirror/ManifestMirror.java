package dev.gantry.image.mirror;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.image.manifest.ManifestDocument;
import dev.gantry.image.manifest.ManifestHeadRepository;
import dev.gantry.image.manifest.ManifestHeadRepository.Head;
import dev.gantry.image.manifest.ManifestParser;
import dev.gantry.image.manifest.ManifestReference;
import dev.gantry.image.manifest.ManifestReference.ByDigest;
import dev.gantry.image.manifest.ManifestReference.ByTag;
import dev.gantry.image.manifest.PushRepository;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.tag.TagName;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.registry.UpstreamRegistry.Document;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Manifests of mirrored repositories: brought here when they are asked for, tags asked for again
 * when they have been believed long enough. Thread-safe.
 */
final class ManifestMirror {
  private static final Logger LOG = Logger.getLogger(ManifestMirror.class);
  private static final JsonMapper JSON = new JsonMapper();

  /** When an upstream that is away is asked again for a tag that is here. */
  private static final Duration STALE_MAX = Duration.ofSeconds(10);

  private final PushRepository pushes;
  private final ManifestHeadRepository heads;
  private final SingleFlight questions;
  private final Freshness fresh = new Freshness(System::nanoTime);

  ManifestMirror(PushRepository pushes, ManifestHeadRepository heads, SingleFlight questions) {
    this.pushes = pushes;
    this.heads = heads;
    this.questions = questions;
  }

  /**
   * Sees to it that a manifest is here, as fresh as it has to be, or at all if the upstream is
   * away.
   *
   * @return why it is not
   */
  Optional<Failure> ensure(Place place, ManifestReference reference) throws IOException {
    if (settled(place, reference)) {
      return Optional.empty();
    }
    Answer<Boolean> answer =
        questions.ask(
            List.of(place.here(), reference),
            () -> settled(place, reference) ? new Answer.Got<>(true) : brought(place, reference));
    return switch (answer) {
      case Answer.Got<Boolean> _ -> Optional.empty();
      case Answer.Nothing<Boolean>(Failure why) ->
          why.allowsStale() && heads.find(place.here(), reference).isPresent()
              ? stale(place, reference, why)
              : Optional.of(why);
    };
  }

  private boolean settled(Place place, ManifestReference reference) {
    return switch (reference) {
      case ByDigest _ -> heads.find(place.here(), reference).isPresent();
      case ByTag(TagName tag) ->
          fresh.is(key(place, tag)) && heads.find(place.here(), reference).isPresent();
    };
  }

  private static String key(Place place, TagName tag) {
    return place.here() + ":" + tag.value();
  }

  private Optional<Failure> stale(Place place, ManifestReference reference, Failure why) {
    if (reference instanceof ByTag(TagName tag)) {
      LOG.infof("%s is served as it was: %s", key(place, tag), why);
      Duration interval = place.upstream().mirror().revalidate();
      fresh.mark(key(place, tag), interval.compareTo(STALE_MAX) < 0 ? interval : STALE_MAX);
    }
    return Optional.empty();
  }

  private Answer<Boolean> brought(Place place, ManifestReference reference) {
    return switch (reference) {
      case ByDigest(Digest digest) -> fetched(place, reference, digest.toString());
      case ByTag(TagName tag) -> {
        Optional<Head> here = heads.find(place.here(), reference);
        yield here.isPresent()
            ? revalidated(place, tag, here.get())
            : fetched(place, reference, tag.value());
      }
    };
  }

  private Answer<Boolean> revalidated(Place place, TagName tag, Head here) {
    return switch (place.upstream().ask(registry -> registry.digest(place.there(), tag.value()))) {
      case Answer.Nothing<Optional<Digest>>(Failure why) -> new Answer.Nothing<>(why);
      case Answer.Got<Optional<Digest>>(Optional<Digest> there) -> {
        if (there.map(Digest::toString).filter(here.digest()::equals).isPresent()) {
          fresh.mark(key(place, tag), place.upstream().mirror().revalidate());
          yield new Answer.Got<>(true);
        }
        yield fetched(place, new ByTag(tag), tag.value());
      }
    };
  }

  private Answer<Boolean> fetched(Place place, ManifestReference reference, String name) {
    return switch (place.upstream().ask(registry -> registry.manifest(place.there(), name))) {
      case Answer.Nothing<Document>(Failure why) -> new Answer.Nothing<>(why);
      case Answer.Got<Document>(Document document) ->
          parsed(reference, document)
              .either(
                  parsed -> kept(place, reference, parsed),
                  refusal ->
                      new Answer.Nothing<>(
                          new Failure.Wrong("the upstream's manifest: " + refusal.message())));
    };
  }

  private static Outcome<ManifestDocument> parsed(ManifestReference reference, Document document) {
    Digest digest =
        reference instanceof ByDigest(Digest asked) ? asked : Digest.of(document.content());
    return ManifestParser.parse(document.mediaType(), document.content(), digest);
  }

  private Answer<Boolean> kept(
      Place place, ManifestReference reference, ManifestDocument document) {
    List<TagName> tags = reference instanceof ByTag(TagName tag) ? List.of(tag) : List.of();
    pushes.adopt(place.here(), document, imageBytes(document.content()), tags);
    tags.forEach(tag -> fresh.mark(key(place, tag), place.upstream().mirror().revalidate()));
    return new Answer.Got<>(true);
  }

  /** The manifest, its config and its layers, whose sizes the parser has looked at. */
  private static long imageBytes(byte[] content) {
    try {
      JsonNode root = JSON.readTree(content);
      long bytes = content.length + root.path("config").path("size").asLong();
      for (JsonNode layer : root.path("layers")) {
        bytes = Math.addExact(bytes, layer.path("size").asLong());
      }
      return bytes;
    } catch (IOException | ArithmeticException e) {
      return content.length;
    }
  }
}
