package dev.gantry.image.copy;

import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.manifest.ManifestDocument;
import dev.gantry.image.manifest.ManifestDocument.Target;
import dev.gantry.image.manifest.ManifestEntity;
import dev.gantry.image.manifest.ManifestParser;
import dev.gantry.image.manifest.ManifestReference;
import dev.gantry.image.manifest.ManifestRepository;
import dev.gantry.image.manifest.PushRepository;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRepository;
import dev.gantry.image.tag.TagName;
import dev.gantry.oci.content.Digest;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Copies of images inside of the catalogue. */
@ApplicationScoped
public class CopyRepository {
  private static final int MANIFESTS_MAX = 1_000;
  private static final int DEPTH_MAX = 8;

  private final RepositoryRepository repositories;
  private final ManifestRepository manifests;
  private final PushRepository pushes;
  private final BlobLinkRepository links;

  CopyRepository(
      RepositoryRepository repositories,
      ManifestRepository manifests,
      PushRepository pushes,
      BlobLinkRepository links) {
    this.repositories = repositories;
    this.manifests = manifests;
    this.pushes = pushes;
    this.links = links;
  }

  /** A manifest as it is in the source. */
  private record Source(ManifestDocument document, List<String> platforms) {}

  /**
   * Gives a repository an image of another, or of its own, under a tag: the manifest, those that it
   * leads to, and the right to their blobs, in one transaction with the facts that tell of it.
   * Again is no change; a refusal changes nothing.
   *
   * @param referrers whether what refers to the image is copied too
   * @return the digest
   */
  @Transactional
  public Outcome<String> copy(
      RepositoryName from,
      ManifestReference what,
      RepositoryName to,
      TagName tag,
      boolean referrers) {
    if (repositories.named(from).isEmpty()) {
      return Outcome.refused(ErrorCode.NAME_UNKNOWN, "no such repository: " + from);
    }
    repositories.ensure(to);
    // Both, in the order of their names, so that two copies in opposite directions do not wait for
    // each other.
    Stream.of(from, to).map(RepositoryName::value).sorted().distinct().forEach(this::lock);
    Outcome<String> outcome =
        manifests.manifest(from, what).then(root -> copy(from, root, new Goal(to, tag, referrers)));
    if (outcome instanceof Outcome.Refused<String>) {
      QuarkusTransaction.setRollbackOnly();
    }
    return outcome;
  }

  private record Goal(RepositoryName to, TagName tag, boolean referrers) {}

  private void lock(String name) {
    var _ = repositories.lock(new RepositoryName(name)).orElseThrow();
  }

  private Outcome<String> copy(RepositoryName from, ManifestEntity root, Goal goal) {
    Map<String, Source> sources = new LinkedHashMap<>();
    Outcome<Boolean> outcome = collect(from, root, sources, 0);
    if (goal.referrers()) {
      for (ManifestEntity referrer : manifests.referrers(from, root.digest(), "", MANIFESTS_MAX)) {
        outcome = outcome.then(done -> collect(from, referrer, sources, 0));
      }
    }
    for (Source source : sources.values()) {
      List<TagName> tags =
          source.document().digest().toString().equals(root.digest())
              ? List.of(goal.tag())
              : List.of();
      outcome = outcome.then(done -> give(from, source, goal.to(), tags));
    }
    return outcome.then(done -> Outcome.done(root.digest()));
  }

  /** What a manifest leads to comes before it. */
  private Outcome<Boolean> collect(
      RepositoryName from, ManifestEntity manifest, Map<String, Source> sources, int depth) {
    if (sources.containsKey(manifest.digest())) {
      return Outcome.done(false);
    }
    if (depth > DEPTH_MAX || sources.size() >= MANIFESTS_MAX) {
      return Outcome.refused(ErrorCode.MANIFEST_INVALID, "too many manifests for one copy");
    }
    Outcome<ManifestDocument> parsed =
        ManifestParser.parse(
            manifest.mediaType(), manifest.content(), Digest.parse(manifest.digest()));
    if (parsed instanceof Outcome.Refused<ManifestDocument>(var refusal)) {
      return new Outcome.Refused<>(refusal);
    }
    ManifestDocument document = ((Outcome.Done<ManifestDocument>) parsed).value();
    Outcome<Boolean> outcome = Outcome.done(true);
    for (Target target : document.targets()) {
      if (target instanceof Target.Manifest(String digest, long _)) {
        outcome =
            outcome
                .then(done -> manifests.manifest(from, byDigest(digest)))
                .then(child -> collect(from, child, sources, depth + 1));
      }
    }
    sources.put(manifest.digest(), new Source(document, manifest.platforms()));
    return outcome;
  }

  private Outcome<Boolean> give(
      RepositoryName from, Source source, RepositoryName to, List<TagName> tags) {
    for (Target target : source.document().targets()) {
      if (target instanceof Target.Blob(String digest, long _) && !from.equals(to)) {
        Digest blob = Digest.parse(digest);
        OptionalLong size = links.size(from, blob);
        if (size.isEmpty() || !links.link(to, blob, size.getAsLong())) {
          return Outcome.refused(
              ErrorCode.MANIFEST_BLOB_UNKNOWN, "the source does not have the blob " + digest);
        }
      }
    }
    return pushes.push(to, source.document(), source.platforms(), tags);
  }

  private static ManifestReference byDigest(String digest) {
    return new ManifestReference.ByDigest(Digest.parse(digest));
  }
}
