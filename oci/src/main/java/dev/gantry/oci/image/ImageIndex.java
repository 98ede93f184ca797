package dev.gantry.oci.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.oci.content.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A list of manifests, as a rule one for each platform (image-spec, image-index.md). */
public final class ImageIndex implements Manifest {
  private static final int MANIFESTS_MAX = 10_000;

  private final byte[] bytes;
  private final String mediaType;
  private final List<Entry> manifests;
  private final Map<String, String> annotations;
  private final Optional<Descriptor> subject;

  /** A manifest in the list; one without a platform fits none. */
  public record Entry(Descriptor descriptor, Optional<Platform> platform) {}

  private ImageIndex(JsonDocument json, String mediaType, byte[] bytes)
      throws InvalidImageException {
    this.bytes = bytes.clone();
    this.mediaType = mediaType;
    this.manifests = entries(json);
    this.annotations = Map.copyOf(json.textMap("annotations"));
    Optional<JsonDocument> subjectJson = json.child("subject");
    this.subject =
        subjectJson.isPresent() ? Optional.of(subjectJson.get().descriptor()) : Optional.empty();
  }

  private static List<Entry> entries(JsonDocument json) throws InvalidImageException {
    List<Entry> entries = new ArrayList<>();
    for (JsonDocument manifest : json.children("manifests")) {
      entries.add(new Entry(manifest.descriptor(), platform(manifest)));
    }
    if (entries.size() > MANIFESTS_MAX) {
      throw json.invalid("manifests", "are more than " + MANIFESTS_MAX);
    }
    return List.copyOf(entries);
  }

  private static Optional<Platform> platform(JsonDocument manifest) throws InvalidImageException {
    Optional<JsonDocument> json = manifest.child("platform");
    if (json.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Platform(
            json.get().requiredText("os"),
            json.get().requiredText("architecture"),
            json.get().text("variant").orElse("")));
  }

  static ImageIndex read(JsonDocument json, String mediaType, byte[] bytes)
      throws InvalidImageException {
    return new ImageIndex(json, mediaType, bytes);
  }

  /** The OCI index of these manifests; the same arguments make the same bytes. */
  public static ImageIndex of(List<Entry> manifests) {
    ObjectNode node = JsonDocument.emptyObject();
    node.put("schemaVersion", 2);
    node.put("mediaType", MediaTypes.OCI_INDEX);
    ArrayNode manifestNodes = node.putArray("manifests");
    for (Entry entry : manifests) {
      ObjectNode manifest = JsonDocument.write(entry.descriptor());
      entry.platform().ifPresent(platform -> writePlatform(manifest, platform));
      manifestNodes.add(manifest);
    }
    byte[] bytes = JsonDocument.write(node);
    try {
      return read(JsonDocument.parse("index", bytes), MediaTypes.OCI_INDEX, bytes);
    } catch (InvalidImageException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void writePlatform(ObjectNode manifest, Platform platform) {
    ObjectNode node = manifest.putObject("platform");
    node.put("architecture", platform.architecture());
    node.put("os", platform.os());
    if (!platform.variant().isEmpty()) {
      node.put("variant", platform.variant());
    }
  }

  @Override
  public String mediaType() {
    return mediaType;
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Its manifests, in its order. */
  public List<Entry> manifests() {
    return manifests;
  }

  /** Its annotations. */
  public Map<String, String> annotations() {
    return annotations;
  }

  @Override
  public Optional<Descriptor> subject() {
    return subject;
  }

  /** The first manifest for this platform; a variant counts only when the wanted one has one. */
  public Optional<Descriptor> select(Platform wanted) {
    return manifests.stream()
        .filter(entry -> entry.platform().filter(p -> fits(p, wanted)).isPresent())
        .map(Entry::descriptor)
        .findFirst();
  }

  private static boolean fits(Platform offered, Platform wanted) {
    return offered.os().equals(wanted.os())
        && offered.architecture().equals(wanted.architecture())
        && (wanted.variant().isEmpty() || offered.variant().equals(wanted.variant()));
  }
}
