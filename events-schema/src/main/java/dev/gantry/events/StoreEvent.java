package dev.gantry.events;

import java.util.List;

/** What became of the bytes that a host keeps for its registry; the subject is the host. */
public sealed interface StoreEvent extends Event {
  /** How many digests an event names at most. */
  int NAMED_MAX = 100;

  /**
   * What nothing refers to any more has been thrown away.
   *
   * @param host whose store it was
   * @param manifests that no tag, index or subject kept, where that was asked for
   * @param links of repositories to blobs that none of their manifests names
   * @param blobs whose bytes are gone
   * @param freedBytes of those blobs
   * @param uploads that nobody went on with
   * @param keptBlobs that nothing refers to yet, kept because they are new
   * @param millis that it took
   */
  record Collected(
      String host,
      long manifests,
      long links,
      long blobs,
      long freedBytes,
      long uploads,
      long keptBlobs,
      long millis)
      implements StoreEvent {}

  /**
   * Every blob was read and compared with its digest.
   *
   * @param host whose store it was
   * @param blobs that were read
   * @param readBytes of those blobs
   * @param corruptBlobs whose bytes were others than their digest says: they are in quarantine
   * @param missingBlobs that a repository has, and the store has not
   * @param corrupt digests of the corrupt ones, the first of them
   * @param missing digests of the missing ones, the first of them
   * @param millis that it took
   */
  record Scrubbed(
      String host,
      long blobs,
      long readBytes,
      long corruptBlobs,
      long missingBlobs,
      List<String> corrupt,
      List<String> missing,
      long millis)
      implements StoreEvent {
    public Scrubbed {
      corrupt = corrupt.stream().limit(NAMED_MAX).toList();
      missing = missing.stream().limit(NAMED_MAX).toList();
    }
  }
}
