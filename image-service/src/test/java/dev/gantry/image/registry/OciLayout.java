package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.descriptor;

import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image of a small and a large layer in a directory, as {@code v1}.
 *
 * @param digest of its manifest
 */
record OciLayout(Path path, String digest) {
  private static final int LARGE_BYTES = 8 * 1024 * 1024;

  static OciLayout make(Path path) throws IOException {
    byte[] tar = tar("hello.txt", bytes("hello"));
    byte[] large = new byte[LARGE_BYTES];
    new Random().nextBytes(large); // Unlike any that the registry has.
    byte[] second = tar("large", large);
    byte[] config =
        bytes(
            "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{},\"rootfs\":"
                + "{\"type\":\"layers\",\"diff_ids\":[\""
                + Digest.of(tar)
                + "\",\""
                + Digest.of(second)
                + "\"]}}");
    byte[] manifest =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\""
                + MediaTypes.OCI_MANIFEST
                + "\",\"config\":"
                + stored(path, MediaTypes.OCI_CONFIG, config)
                + ",\"layers\":["
                + stored(path, MediaTypes.OCI_LAYER_GZIP, gzip(tar))
                + ","
                + stored(path, MediaTypes.OCI_LAYER_GZIP, gzip(second))
                + "]}");
    String descriptor = stored(path, MediaTypes.OCI_MANIFEST, manifest);
    Files.writeString(path.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        path.resolve("index.json"),
        "{\"schemaVersion\":2,\"manifests\":["
            + descriptor.replace(
                "\"size\"",
                "\"annotations\":{\"org.opencontainers.image.ref.name\":\"v1\"},\"size\"")
            + "]}");
    return new OciLayout(path, Digest.of(manifest).toString());
  }

  private static String stored(Path path, String mediaType, byte[] content) throws IOException {
    Digest named = Digest.of(content);
    Path blobs = Files.createDirectories(path.resolve("blobs/sha256"));
    Files.write(blobs.resolve(named.hex()), content);
    return descriptor(mediaType, named.toString(), content.length);
  }

  private static byte[] tar(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }
}
