package dev.gantry.image.blob;

import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where the bytes of blobs are. It knows no repositories: who may read what, and what is still
 * wanted, the catalogue says. A blob is whole or absent, whenever the machine stops, and never
 * changes. Thread-safe.
 *
 * <p>Every store passes {@code BlobStoreContract}.
 */
public interface BlobStore {
  /** What came of the wish to delete a blob. */
  enum Removal {
    /** It is gone, durably. */
    DELETED,
    /** It stays: somebody has committed these bytes lately. */
    FRESH,
    /** There was none. */
    ABSENT
  }

  /**
   * Starts an upload of no bytes yet.
   *
   * @throws IOException when there is one of this id already, or no room
   */
  StagedBlob begin(UUID id) throws IOException;

  /** The uploads that an earlier process has left, with the bytes that had arrived. */
  List<StagedBlob> staged() throws IOException;

  /** The blob, readable until the caller is done with it; empty when it is not there. */
  Optional<StoredBlob> find(Digest digest) throws IOException;

  /**
   * All blobs, in no order; lazily, to be closed. Those that come or go meanwhile may be missed.
   */
  Stream<Digest> list() throws IOException;

  /**
   * Deletes a blob that nobody has committed since then. A reader that has opened it reads on. In
   * doubt it stays: a commit of the same bytes at the same time is either seen, or comes after the
   * deletion and stores them again.
   */
  Removal delete(Digest digest, Instant unlessCommittedSince) throws IOException;

  /**
   * Takes a blob out of the way without losing its bytes: it is absent afterwards, so that it can
   * be pushed again. What was stored anew since {@code found} was found stays.
   *
   * @return whether it was taken away
   */
  boolean quarantine(StoredBlob found) throws IOException;
}
