package dev.gantry.build.output;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An image as one archive: an OCI layout (image-spec, image-layout.md), or one that {@code docker
 * load} takes. The same image makes the same bytes.
 */
final class ImageArchive {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int FILE_MODE = 0644;
  private static final int DIRECTORY_MODE = 0755;

  private final BuiltLayers image;
  private final List<String> tags;
  private final OutputStream out;
  private final TarWriter tar;

  private ImageArchive(BuiltLayers image, List<String> tags, OutputStream out) {
    this.image = image;
    this.tags = tags;
    this.out = new BufferedOutputStream(out, BUFFER_BYTES);
    this.tar = new TarWriter(this.out);
  }

  /** Writes an OCI layout; with {@code docker}, one that {@code docker load} takes too. */
  static void write(BuiltLayers image, List<String> tags, boolean docker, OutputStream out)
      throws IOException {
    new ImageArchive(image, tags, out).write(docker);
  }

  private void write(boolean docker) throws IOException {
    file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
    file("index.json", JSON.writeValueAsBytes(index()));
    if (docker) {
      file("manifest.json", JSON.writeValueAsBytes(dockerManifest()));
    }
    directory("blobs");
    directory("blobs/sha256");
    Descriptor manifest = Descriptor.of(image.manifest().mediaType(), image.manifest().bytes());
    file(path(manifest), image.manifest().bytes());
    file(path(image.manifest().config()), image.config());
    Set<String> written = new HashSet<>();
    for (Descriptor layer : image.manifest().layers()) {
      if (written.add(path(layer))) {
        try (InputStream blob = image.blob(layer)) {
          file(path(layer), layer.size(), blob);
        }
      }
    }
    tar.finish();
    out.flush();
  }

  private static String path(Descriptor blob) {
    return "blobs/" + blob.digest().algorithm().prefix() + "/" + blob.digest().hex();
  }

  private ObjectNode index() {
    ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
    index.put("mediaType", "application/vnd.oci.image.index.v1+json");
    ArrayNode manifests = index.putArray("manifests");
    Descriptor manifest = Descriptor.of(image.manifest().mediaType(), image.manifest().bytes());
    for (String tag : tags.isEmpty() ? List.of("") : tags) {
      ObjectNode entry =
          manifests
              .addObject()
              .put("mediaType", manifest.mediaType())
              .put("digest", manifest.digest().toString())
              .put("size", manifest.size());
      if (!tag.isEmpty()) {
        String version = tag.substring(tag.lastIndexOf(':') + 1);
        entry
            .putObject("annotations")
            .put("io.containerd.image.name", tag)
            .put("org.opencontainers.image.ref.name", version);
      }
    }
    return index;
  }

  /** What {@code docker load} reads (moby, image/spec/spec.md, manifest.json). */
  private ArrayNode dockerManifest() {
    ArrayNode images = JSON.createArrayNode();
    ObjectNode entry = images.addObject().put("Config", path(image.manifest().config()));
    ArrayNode names = entry.putArray("RepoTags");
    tags.forEach(names::add);
    ArrayNode layers = entry.putArray("Layers");
    image.manifest().layers().forEach(layer -> layers.add(path(layer)));
    return images;
  }

  private void directory(String name) throws IOException {
    tar.begin(entry(name, TarEntry.Kind.DIRECTORY, DIRECTORY_MODE));
  }

  private void file(String name, byte[] content) throws IOException {
    file(name, content.length, new ByteArrayInputStream(content));
  }

  private void file(String name, long size, InputStream content) throws IOException {
    tar.begin(entry(name, TarEntry.Kind.FILE, FILE_MODE).withSize(size));
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      tar.write(buffer, 0, count);
    }
  }

  private static TarEntry entry(String name, TarEntry.Kind kind, int mode) {
    return TarEntry.of(name, kind, mode, TarEntry.Owner.ROOT, Instant.EPOCH);
  }
}
