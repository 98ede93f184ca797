package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** One client of a storm, and the model of what it must find. */
final class StormClient {
  private static final int REPOSITORIES = 3;
  private static final int TAGS = 4;
  private static final int LAYERS = 12;
  private static final int LAYERS_PER_IMAGE = 3;
  private static final int TRIES = 50;

  private final Registry registry;
  private final int number;
  private final Random random;
  private int pushes;

  /** By repository and digest: manifests that are there. */
  private final Map<String, Image> images = new HashMap<>();

  /** By repository and tag: where it points to. */
  private final Map<String, Image> tags = new HashMap<>();

  private record Image(String repository, byte[] manifest, List<byte[]> blobs) {
    String digest() {
      return Digest.of(manifest).toString();
    }

    String key() {
      return repository + "@" + digest();
    }
  }

  StormClient(Registry registry, int number) {
    this.registry = registry;
    this.number = number;
    this.random = new Random(number);
  }

  /** Does this and that until then; every pull on the way must succeed. */
  Void storm(Instant end) throws Exception {
    while (Instant.now().isBefore(end)) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> push();
        case 3 -> retag();
        case 4 -> untag();
        case 5, 6 -> deleteImage();
        default -> checkOne();
      }
      checkOne();
    }
    return null;
  }

  private void push() throws Exception {
    Image image = image();
    String tag = tag();
    for (int i = 0; i < TRIES; i++) {
      for (byte[] blob : image.blobs()) {
        blob(image.repository(), blob);
      }
      var response = registry.putManifest(image.repository(), tag, image.manifest());
      if (response.statusCode() == 201) {
        images.put(image.key(), image);
        tags.put(image.repository() + ":" + tag, image);
        return;
      }
      // Collected between blob and manifest: the grace is hardly a second.
      assertThat(Registry.codes(response)).containsExactly("MANIFEST_BLOB_UNKNOWN");
    }
    throw new AssertionError("no push succeeded in " + TRIES + " tries");
  }

  private Image image() {
    String repository = "storm/r" + random.nextInt(REPOSITORIES);
    byte[] config = bytes("{\"client\":" + number + ",\"push\":" + pushes++ + "}");
    List<byte[]> blobs = new ArrayList<>(List.of(config));
    StringBuilder layers = new StringBuilder();
    int first = random.nextInt(LAYERS);
    for (int i = 0; i < LAYERS_PER_IMAGE; i++) {
      byte[] layer = bytes("layer " + (first + i) % LAYERS + " of the storm");
      blobs.add(layer);
      layers.append(i == 0 ? "" : ",").append(descriptor(MediaTypes.OCI_LAYER_TAR, layer));
    }
    byte[] manifest =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\""
                + MediaTypes.OCI_MANIFEST
                + "\",\"config\":"
                + descriptor(MediaTypes.OCI_CONFIG, config)
                + ",\"layers\":["
                + layers
                + "]}");
    return new Image(repository, manifest, blobs);
  }

  private static String descriptor(String mediaType, byte[] content) {
    return Registry.descriptor(mediaType, Digest.of(content).toString(), content.length);
  }

  /** As clients do: ask, else mount, else upload. */
  private void blob(String repository, byte[] content) throws Exception {
    String digest = Digest.of(content).toString();
    if (registry.call("HEAD", "/v2/" + repository + "/blobs/" + digest, null).statusCode() == 200) {
      return;
    }
    String uploads = "/v2/" + repository + "/blobs/uploads/";
    String from = "storm/r" + random.nextInt(REPOSITORIES);
    var mount = registry.call("POST", uploads + "?mount=" + digest + "&from=" + from, null);
    if (mount.statusCode() == 201) {
      return;
    }
    assertThat(mount.statusCode()).isEqualTo(202);
    String upload = Registry.header(mount, "Location") + "?digest=" + digest;
    var put = registry.call("PUT", upload, content);
    assertThat(put.statusCode()).as(Registry.text(put)).isIn(201, 503);
    if (put.statusCode() == 503) {
      registry.blob(repository, content);
    }
  }

  private String tag() {
    return "c" + number + "-" + random.nextInt(TAGS);
  }

  private void retag() throws Exception {
    if (images.isEmpty()) {
      return;
    }
    Image image = any(images);
    String tag = tag();
    var response = registry.putManifest(image.repository(), tag, image.manifest());
    assertThat(response.statusCode()).as(Registry.text(response)).isEqualTo(201);
    tags.put(image.repository() + ":" + tag, image);
  }

  private void untag() throws Exception {
    if (tags.isEmpty()) {
      return;
    }
    String key = List.copyOf(tags.keySet()).get(random.nextInt(tags.size()));
    String path = "/v2/" + key.replace(":", "/manifests/");
    assertThat(registry.call("DELETE", path, null).statusCode()).isEqualTo(202);
    tags.remove(key);
  }

  private void deleteImage() throws Exception {
    if (images.isEmpty()) {
      return;
    }
    Image image = any(images);
    String path = "/v2/" + image.repository() + "/manifests/" + image.digest();
    assertThat(registry.call("DELETE", path, null).statusCode()).isEqualTo(202);
    images.remove(image.key());
    tags.values().removeIf(tagged -> tagged.key().equals(image.key()));
  }

  private void checkOne() throws Exception {
    if (!tags.isEmpty()) {
      String key = List.copyOf(tags.keySet()).get(random.nextInt(tags.size()));
      check(key.replace(":", "/manifests/"), tags.get(key));
    }
  }

  /** Pulls everything of the model. */
  void checkAll() throws Exception {
    for (Map.Entry<String, Image> tag : tags.entrySet()) {
      check(tag.getKey().replace(":", "/manifests/"), tag.getValue());
    }
    for (Image image : images.values()) {
      check(image.repository() + "/manifests/" + image.digest(), image);
    }
  }

  private void check(String path, Image image) throws IOException, InterruptedException {
    var manifest = registry.call("GET", "/v2/" + path, null);
    assertThat(manifest.statusCode()).as(path).isEqualTo(200);
    assertThat(manifest.body()).isEqualTo(image.manifest());
    for (byte[] blob : image.blobs()) {
      String digest = Digest.of(blob).toString();
      var pulled = registry.call("GET", "/v2/" + image.repository() + "/blobs/" + digest, null);
      assertThat(pulled.statusCode()).as("%s of %s", digest, path).isEqualTo(200);
      assertThat(pulled.body()).isEqualTo(blob);
    }
  }

  /** Repository and digest of all blobs that the manifests name. */
  Set<String> links() {
    Set<String> links = new TreeSet<>();
    for (Image image : images.values()) {
      image.blobs().forEach(blob -> links.add(image.repository() + "@" + Digest.of(blob)));
    }
    return links;
  }

  private Image any(Map<String, Image> from) {
    return List.copyOf(from.values()).get(random.nextInt(from.size()));
  }
}
