package dev.gantry.oci.image;

import dev.gantry.oci.content.Digest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The config of an image: exactly its bytes, and what is understood of them (image-spec, config.md;
 * Docker's has the same shape and more fields, which an edit keeps).
 */
public final class ImageConfig {
  private final byte[] bytes;
  private final Platform platform;
  private final Optional<Instant> created;
  private final ContainerConfig container;
  private final List<Digest> diffIds;
  private final List<HistoryEntry> history;

  private ImageConfig(JsonDocument json, byte[] bytes) throws InvalidImageException {
    this.bytes = bytes.clone();
    this.platform =
        new Platform(
            json.requiredText("os"),
            json.requiredText("architecture"),
            json.text("variant").orElse(""));
    this.created = instant(json);
    Optional<JsonDocument> config = json.child("config");
    this.container =
        config.isPresent() ? ContainerConfig.read(config.get()) : ContainerConfig.EMPTY;
    this.diffIds = diffIds(json);
    this.history = history(json);
  }

  private static Optional<Instant> instant(JsonDocument json) throws InvalidImageException {
    Optional<String> text = json.text("created");
    if (text.isEmpty() || text.get().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text.get()).toInstant());
    } catch (DateTimeParseException e) {
      throw json.invalid("created", "is not a time: " + text.get());
    }
  }

  private static List<Digest> diffIds(JsonDocument json) throws InvalidImageException {
    List<Digest> ids = new ArrayList<>();
    Optional<JsonDocument> rootfs = json.child("rootfs");
    if (rootfs.isPresent()) {
      for (String id : rootfs.get().texts("diff_ids")) {
        Optional<Digest> digest = Digest.tryParse(id);
        ids.add(digest.orElseThrow(() -> json.invalid("diff_ids", "hold no digest: " + id)));
      }
    }
    return List.copyOf(ids);
  }

  private static List<HistoryEntry> history(JsonDocument json) throws InvalidImageException {
    List<HistoryEntry> history = new ArrayList<>();
    for (JsonDocument entry : json.children("history")) {
      history.add(
          new HistoryEntry(
              instant(entry),
              entry.text("created_by").orElse(""),
              entry.text("comment").orElse(""),
              entry.flag("empty_layer")));
    }
    return List.copyOf(history);
  }

  /** Reads a config. */
  public static ImageConfig parse(byte[] bytes) throws InvalidImageException {
    return new ImageConfig(JsonDocument.parse("image config", bytes), bytes);
  }

  /** A new config without layers. */
  public static ImageConfigEditor create(Platform platform) {
    return ImageConfigEditor.create(platform);
  }

  /** A new config that begins as this one: what is not changed stays, unknown fields too. */
  public ImageConfigEditor edit() {
    return ImageConfigEditor.of(bytes);
  }

  /** A copy of the bytes that its digest is of. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The SHA-256 digest of its bytes: the image id. */
  public Digest digest() {
    return Digest.of(bytes);
  }

  /** What the image runs on. */
  public Platform platform() {
    return platform;
  }

  /** When the image was made, when it says so. */
  public Optional<Instant> created() {
    return created;
  }

  /** How a container of it runs. */
  public ContainerConfig container() {
    return container;
  }

  /** The digests of its layers' uncompressed archives, the lowest first. */
  public List<Digest> diffIds() {
    return diffIds;
  }

  /** How it came to be, the oldest first. */
  public List<HistoryEntry> history() {
    return history;
  }
}
