package dev.gantry.build.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.RegistryCredentials;
import dev.gantry.oci.registry.RegistrySettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The registries beside the platform's that images may be pushed to, and who pushes there: a JSON
 * file of the operator's, read whenever it is needed, so that passwords can be changed at any time.
 *
 * <pre>{@code
 * {"registry.example:5000": {"plainHttp": false,
 *                            "credentials": {"ci-bot": {"username": "ci", "password": "..."}}}}
 * }</pre>
 *
 * <p>Without {@code plainHttp} a registry is spoken to over TLS. Credentials belong to one
 * registry: a request names them and can't have them sent anywhere else.
 */
public final class OtherRegistries {
  private static final long FILE_BYTES_MAX = 1024 * 1024;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;

  /** Those that the file names; none where it is not there. */
  public OtherRegistries(Path file) {
    this.file = file;
  }

  /** Why an image cannot go to a registry: for whoever asked for it. */
  public static final class NotAllowedException extends IOException {
    private static final long serialVersionUID = 1;

    NotAllowedException(String message) {
      super(message);
    }
  }

  /**
   * A client of a registry; to be closed.
   *
   * @param name host and port as in a reference
   * @param credentials the name of those to show; absent: none
   * @throws NotAllowedException when the file does not name registry or credentials
   * @throws IOException when the file cannot be read, or others than its owner may read it
   */
  public RegistryClient open(String name, @Nullable String credentials) throws IOException {
    JsonNode registry = read().path(name);
    if (!registry.isObject()) {
      throw new NotAllowedException(
          "images are not pushed to " + name + ": the operator of this host can allow it");
    }
    URI base = URI.create((registry.path("plainHttp").asBoolean() ? "http://" : "https://") + name);
    return RegistryClient.elsewhere(
        base, RegistrySettings.DEFAULT, credentials(registry, name, credentials));
  }

  private static @Nullable RegistryCredentials credentials(
      JsonNode registry, String name, @Nullable String credentials) throws NotAllowedException {
    if (credentials == null) {
      return null;
    }
    JsonNode found = registry.path("credentials").path(credentials);
    if (!found.path("username").isTextual() || !found.path("password").isTextual()) {
      throw new NotAllowedException("no credentials " + credentials + " for the registry " + name);
    }
    return new RegistryCredentials(
        found.path("username").asText(), found.path("password").asText());
  }

  private JsonNode read() throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return JSON.createObjectNode();
    }
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
    modes.remove(PosixFilePermission.OWNER_READ);
    modes.remove(PosixFilePermission.OWNER_WRITE);
    if (!modes.isEmpty() || Files.size(file) > FILE_BYTES_MAX) {
      throw new IOException(file + " must have mode 0600 and at most " + FILE_BYTES_MAX + " bytes");
    }
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new IOException(file + " is no JSON document"); // whose text is not for a log
    }
  }
}
