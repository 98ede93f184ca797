package dev.gantry.image.upload;

import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Uploads: bytes in the store each, whose length is the truth about how much has arrived.
 *
 * <p>A client may go on with an upload after its connection, or this process, died: it asks for the
 * length and sends the rest. One request at a time writes to an upload. Thread-safe.
 */
public final class Uploads {
  private static final String UNKNOWN = "no such upload";

  private final BlobStore store;
  private final UploadLimits limits;
  private final ConcurrentHashMap<UUID, UploadFile> open = new ConcurrentHashMap<>();

  /** Takes up what an earlier process left in the store. */
  public Uploads(BlobStore store, UploadLimits limits) throws IOException {
    this.store = store;
    this.limits = limits;
    for (StagedBlob staged : store.staged()) {
      open.put(staged.id(), UploadFile.found(staged));
    }
  }

  /** Starts an upload of no bytes yet. */
  public Outcome<UUID> begin() throws IOException {
    if (open.size() >= limits.openMax()) {
      return Outcome.refused(
          ErrorCode.TOOMANYREQUESTS, "too many uploads are open: finish or delete some");
    }
    UUID id = UUID.randomUUID();
    open.put(id, UploadFile.begun(store.begin(id)));
    return Outcome.done(id);
  }

  /** How many bytes have arrived; empty when there is no such upload. */
  public OptionalLong size(UUID id) throws IOException {
    UploadFile file = open.get(id);
    return file == null ? OptionalLong.empty() : OptionalLong.of(file.size());
  }

  /**
   * Appends a chunk and returns the new length. A refused chunk leaves the upload as it was; of one
   * that broke off, what arrived is kept.
   *
   * @param range where the client thinks that the chunk belongs, if it says so
   */
  public Outcome<Long> append(UUID id, InputStream body, @Nullable ContentRange range)
      throws IOException {
    UploadFile file = open.get(id);
    if (file == null) {
      return Outcome.refused(ErrorCode.BLOB_UPLOAD_UNKNOWN, UNKNOWN);
    }
    try {
      return file.exclusively(() -> file.append(body, range, limits));
    } finally {
      if (file.gone()) {
        open.remove(id, file);
      }
    }
  }

  /**
   * Makes the upload a blob: durable in the store when this returns. An upload with another digest
   * is thrown away.
   *
   * @return the blob's size
   */
  public Outcome<Long> finish(UUID id, Digest expected) throws IOException {
    UploadFile file = open.get(id);
    if (file == null) {
      return Outcome.refused(ErrorCode.BLOB_UPLOAD_UNKNOWN, UNKNOWN);
    }
    Outcome<Long> outcome = file.exclusively(() -> file.finish(expected));
    if (file.gone()) {
      open.remove(id, file);
    }
    return outcome;
  }

  /** Throws an upload away; false when there is none, or a request is writing to it just now. */
  public boolean discard(UUID id) throws IOException {
    UploadFile file = open.get(id);
    boolean discarded = file != null && file.discard();
    if (discarded) {
      open.remove(id);
    }
    return discarded;
  }

  /** The uploads to which nothing was written since then. */
  public List<UUID> untouchedSince(Instant then) {
    return open.entrySet().stream()
        .filter(entry -> entry.getValue().untouchedSince(then))
        .map(java.util.Map.Entry::getKey)
        .toList();
  }

  /** Throws away the uploads to which nothing was written since then. */
  public List<UUID> discardUntouchedSince(Instant then) throws IOException {
    List<UUID> stale = untouchedSince(then);
    for (UUID id : stale) {
      discard(id);
    }
    return stale;
  }

  /** Whether there is such an upload. */
  public boolean contains(UUID id) {
    return open.containsKey(id);
  }
}
