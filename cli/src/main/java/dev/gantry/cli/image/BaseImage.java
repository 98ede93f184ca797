package dev.gantry.cli.image;

import dev.gantry.cli.http.ApiException;
import dev.gantry.oci.image.ContainerConfig;
import dev.gantry.oci.image.HistoryEntry;
import dev.gantry.oci.image.ImageConfig;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.LayerBlob;
import dev.gantry.oci.registry.RegistryClient;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes images of one layer in a registry. The same file system, name and settings make the same
 * image: nothing in it tells when or where it was made.
 *
 * @param cmd what runs when nothing else is said
 * @param env {@code NAME=VALUE}; PATH is set anyway
 * @param details what few images say
 */
public record BaseImage(URI registry, List<String> cmd, List<String> env, Details details) {
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** For this platform of Gantry's own, with nothing else said. */
  public BaseImage(URI registry, List<String> cmd, List<String> env) {
    this(registry, cmd, env, new Details(List.of(), Map.of(), Platform.LINUX_AMD64));
  }

  /**
   * What few images say.
   *
   * @param entrypoint words before those of the command; none by default
   */
  public record Details(List<String> entrypoint, Map<String, String> labels, Platform platform) {}

  /** From this host's busybox; returns the digest. */
  public String busybox(String name) throws IOException, InterruptedException {
    Path tar = Files.createTempFile("gantry-busybox", ".tar");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar))) {
        BusyboxRootfs.write(out);
      }
      return push(tar, name, "gantry import --busybox");
    } finally {
      Files.deleteIfExists(tar);
    }
  }

  /** From a tar or tar.gz; returns the digest. */
  public String rootfs(Path archive, String name) throws IOException {
    if (!Files.isRegularFile(archive)) {
      throw new ApiException(0, "no such file: " + archive);
    }
    return push(archive, name, "gantry import");
  }

  private String push(Path tar, String name, String how) throws IOException {
    Reference reference = reference(name);
    Path layerFile = Files.createTempFile("gantry-layer", ".tar.gz");
    try (RegistryClient client = new RegistryClient(registry)) {
      LayerFile layer = LayerFile.make(tar, layerFile);
      ImageConfig config = config(layer, how);
      LayerBlob blob = new LayerBlob(layer.descriptor(), () -> Files.newInputStream(layer.file()));
      return client
          .pushImage(reference.repository(), reference.manifestReference(), config, List.of(blob))
          .toString();
    } finally {
      Files.deleteIfExists(layerFile);
    }
  }

  private ImageConfig config(LayerFile layer, String how) {
    List<String> variables = new ArrayList<>(List.of(PATH));
    variables.addAll(env);
    ContainerConfig container =
        new ContainerConfig(
            "",
            variables,
            details.entrypoint(),
            cmd,
            "",
            Map.of(),
            List.of(),
            List.of(),
            "",
            List.of(),
            List.of(),
            Optional.empty());
    return ImageConfig.create(details.platform())
        .created(Instant.EPOCH)
        .container(container)
        .layer(layer.diffId(), new HistoryEntry(Optional.of(Instant.EPOCH), how, "", false))
        .build();
  }

  private static Reference reference(String name) throws ApiException {
    try {
      Reference reference = Reference.parse(name);
      if (reference.registry().isPresent() || reference.digest().isPresent()) {
        throw new ApiException(0, "a name here is NAME[:TAG], not " + name);
      }
      return reference;
    } catch (IllegalArgumentException e) {
      throw new ApiException(0, String.valueOf(e.getMessage()));
    }
  }
}
