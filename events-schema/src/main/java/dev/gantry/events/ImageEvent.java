package dev.gantry.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to a repository of the registry; the subject of the envelope is its name. */
public sealed interface ImageEvent extends Event {

  /** The repository concerned. */
  String repository();

  /**
   * A manifest was stored.
   *
   * @param sizeBytes of the manifest with its config and layers, as stored
   * @param platforms as {@code linux/amd64}; absent when the manifest names none
   */
  record Pushed(
      String repository,
      String digest,
      String mediaType,
      long sizeBytes,
      @Nullable List<String> platforms,
      @Nullable String actor)
      implements ImageEvent {
    public Pushed {
      platforms = platforms == null ? null : List.copyOf(platforms);
    }
  }

  /**
   * A tag points to a digest.
   *
   * @param mediaType of the manifest; facts of earlier versions do not say it
   * @param sizeBytes of the manifest with all that it refers to, as stored; as above
   * @param previousDigest where it pointed before, if anywhere
   */
  record Tagged(
      String repository,
      String tag,
      String digest,
      @Nullable String mediaType,
      @Nullable Long sizeBytes,
      @Nullable String previousDigest,
      @Nullable String actor)
      implements ImageEvent {}

  /** A tag is gone; the manifest that it pointed to, with its type and size, stays. */
  record Untagged(
      String repository,
      String tag,
      @Nullable String digest,
      @Nullable String mediaType,
      @Nullable Long sizeBytes,
      @Nullable String actor)
      implements ImageEvent {}

  /** A manifest is gone, and every tag that pointed to it. */
  record Deleted(
      String repository,
      String digest,
      @Nullable String mediaType,
      @Nullable Long sizeBytes,
      @Nullable String actor)
      implements ImageEvent {}
}
