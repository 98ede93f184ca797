package dev.gantry.image.collect;

import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.BlobStore.Removal;
import dev.gantry.image.blob.StoredBlob;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.upload.UploadRepository;
import dev.gantry.image.upload.Uploads;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One collection: the catalogue lets go first (manifests, then links), bytes follow. It may be
 * killed at any point: what the catalogue has let go of, the next one finds by the absence of a
 * link.
 */
final class Collector {
  private static final int BATCH = 500;

  private final Parts parts;
  private final Terms terms;
  private final Tally tally = new Tally();

  /** Of the links that would go, how many there are of each blob; of a dry run. */
  private final Map<String, Integer> unlinked = new HashMap<>();

  /** What a collection works on. */
  record Parts(
      GarbageRepository garbage,
      BlobLinkRepository links,
      BlobStore store,
      Uploads uploads,
      UploadRepository uploadRows) {}

  Collector(Parts parts, Terms terms) {
    this.parts = parts;
    this.terms = terms;
  }

  /** Does it, once. */
  Report collect() throws IOException {
    String last = "";
    List<RepositoryName> page;
    do {
      page = parts.garbage().repositories(last, BATCH);
      for (RepositoryName repository : page) {
        collect(repository);
        last = repository.value();
      }
    } while (page.size() == BATCH);
    discardUploads();
    deleteBytes();
    return tally.report(terms.dryRun());
  }

  private void collect(RepositoryName repository) {
    Set<String> doomed = terms.dryRun() ? untagged(repository) : Set.of();
    if (!terms.dryRun()) {
      deleteUntagged(repository);
    }
    Instant cutoff = tally.start().minus(terms.held(repository.value()));
    if (terms.dryRun()) {
      List<String> digests = parts.garbage().unlinkable(repository, cutoff, doomed);
      digests.forEach(digest -> unlinked.merge(digest, 1, Integer::sum));
      Set<String> going = Set.copyOf(digests);
      tally.links(going.size(), Math.max(0, parts.garbage().unnamed(repository) - going.size()));
    } else {
      int gone = parts.garbage().unlink(repository, cutoff);
      tally.links(gone, parts.garbage().unnamed(repository));
    }
  }

  private Set<String> untagged(RepositoryName repository) {
    return terms
        .untagged()
        .map(tally.start()::minus)
        .map(cutoff -> Set.copyOf(parts.garbage().untagged(repository, cutoff, Integer.MAX_VALUE)))
        .map(
            digests -> {
              tally.manifests(digests.size());
              return digests;
            })
        .orElseGet(Set::of);
  }

  private void deleteUntagged(RepositoryName repository) {
    terms
        .untagged()
        .map(tally.start()::minus)
        .ifPresent(
            cutoff -> {
              int deleted;
              do {
                deleted = parts.garbage().deleteUntagged(repository, cutoff, BATCH);
                tally.manifests(deleted);
              } while (deleted == BATCH);
            });
  }

  /** Those of no repository: of requests that were to bring a whole blob, and died with us. */
  private void discardUploads() throws IOException {
    List<UUID> stale = parts.uploads().untouchedSince(tally.start().minus(terms.grace()));
    Set<UUID> known = parts.uploadRows().known(stale);
    for (UUID id : stale) {
      if (!known.contains(id) && (terms.dryRun() || parts.uploads().discard(id))) {
        tally.uploads(1);
      }
    }
  }

  private void deleteBytes() throws IOException {
    try (Stream<Digest> blobs = parts.store().list()) {
      List<Digest> batch = new ArrayList<>(BATCH);
      for (Iterator<Digest> each = blobs.iterator(); each.hasNext(); ) {
        batch.add(each.next());
        if (batch.size() == BATCH || !each.hasNext()) {
          deleteBytes(batch);
          batch.clear();
        }
      }
    }
  }

  private void deleteBytes(List<Digest> batch) throws IOException {
    Set<String> linked =
        parts.garbage().linked(batch.stream().map(Digest::toString).collect(Collectors.toSet()));
    for (Digest digest : batch) {
      if (!linked.contains(digest.toString()) || wouldBeUnlinked(digest)) {
        deleteBytes(digest);
      }
    }
  }

  private boolean wouldBeUnlinked(Digest digest) {
    Integer gone = unlinked.get(digest.toString());
    return gone != null && parts.garbage().links(digest.toString()) <= gone;
  }

  private void deleteBytes(Digest digest) throws IOException {
    Optional<StoredBlob> found = parts.store().find(digest);
    if (found.isEmpty()) {
      return;
    }
    Instant cutoff = tally.start().minus(terms.grace());
    Optional<Removal> removal =
        terms.dryRun()
            ? Optional.of(
                found.get().committedAt().isBefore(cutoff) ? Removal.DELETED : Removal.FRESH)
            : parts.links().ifUnlinked(digest, () -> parts.store().delete(digest, cutoff));
    if (removal.equals(Optional.of(Removal.DELETED))) {
      tally.blob(found.get().size());
    } else if (removal.equals(Optional.of(Removal.FRESH))) {
      tally.keptBlob();
    }
  }
}
