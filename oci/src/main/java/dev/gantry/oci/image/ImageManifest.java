package dev.gantry.oci.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.oci.content.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The manifest of one image (image-spec, manifest.md; Docker's schema 2 has the same shape). */
public final class ImageManifest implements Manifest {
  private static final int LAYERS_MAX = 1024;

  private final byte[] bytes;
  private final String mediaType;
  private final Descriptor config;
  private final List<Descriptor> layers;
  private final Map<String, String> annotations;
  private final Optional<Descriptor> subject;
  private final Optional<String> artifactType;

  private ImageManifest(JsonDocument json, String mediaType, byte[] bytes)
      throws InvalidImageException {
    this.bytes = bytes.clone();
    this.mediaType = mediaType;
    Optional<JsonDocument> configJson = json.child("config");
    this.config = configJson.orElseThrow(() -> json.invalid("config", "is missing")).descriptor();
    this.layers = descriptors(json);
    this.annotations = Map.copyOf(json.textMap("annotations"));
    Optional<JsonDocument> subjectJson = json.child("subject");
    this.subject =
        subjectJson.isPresent() ? Optional.of(subjectJson.get().descriptor()) : Optional.empty();
    this.artifactType = json.text("artifactType");
  }

  private static List<Descriptor> descriptors(JsonDocument json) throws InvalidImageException {
    List<Descriptor> layers = new ArrayList<>();
    for (JsonDocument layer : json.children("layers")) {
      layers.add(layer.descriptor());
    }
    if (layers.size() > LAYERS_MAX) {
      throw json.invalid("layers", "are more than " + LAYERS_MAX);
    }
    return List.copyOf(layers);
  }

  static ImageManifest read(JsonDocument json, String mediaType, byte[] bytes)
      throws InvalidImageException {
    return new ImageManifest(json, mediaType, bytes);
  }

  /**
   * The OCI manifest of an image; the same arguments make the same bytes.
   *
   * @param layers the lowest first
   */
  public static ImageManifest of(
      Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
    ObjectNode node = JsonDocument.emptyObject();
    node.put("schemaVersion", 2);
    node.put("mediaType", MediaTypes.OCI_MANIFEST);
    node.set("config", JsonDocument.write(config));
    ArrayNode layerNodes = node.putArray("layers");
    layers.forEach(layer -> layerNodes.add(JsonDocument.write(layer)));
    if (!annotations.isEmpty()) {
      ObjectNode annotationNode = node.putObject("annotations");
      annotations.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(entry -> annotationNode.put(entry.getKey(), entry.getValue()));
    }
    byte[] bytes = JsonDocument.write(node);
    try {
      return read(JsonDocument.parse("manifest", bytes), MediaTypes.OCI_MANIFEST, bytes);
    } catch (InvalidImageException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
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

  /** Its config; of an artifact whatever that says. */
  public Descriptor config() {
    return config;
  }

  /** Its layers, the lowest first. */
  public List<Descriptor> layers() {
    return layers;
  }

  /** Its annotations. */
  public Map<String, String> annotations() {
    return annotations;
  }

  @Override
  public Optional<Descriptor> subject() {
    return subject;
  }

  /** What kind of artifact it is, when it says so. */
  public Optional<String> artifactType() {
    return artifactType;
  }
}
