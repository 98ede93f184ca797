package dev.gantry.image.mirror;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.oci.network.NetworkPolicy;
import dev.gantry.oci.registry.RegistryAccess;
import dev.gantry.oci.registry.RegistryCredentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The operator's file of mirrors; it may hold passwords, so that nobody else may read it.
 *
 * <pre>{@code
 * {"docker.io": {"upstream": "https://registry-1.docker.io", "revalidate": "5m",
 *                "username": "ci", "password": "..."},
 *  "lab":       {"upstream": "http://10.1.2.3:5000", "path": "team", "allowNetworks": ["10.1.2.0/24"]}}
 * }</pre>
 */
final class MirrorFile {
  private static final long BYTES_MAX = 1024 * 1024;
  private static final Duration REVALIDATE = Duration.ofMinutes(5);
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(s|m|h|d)");
  private static final Set<String> FIELDS =
      Set.of("upstream", "path", "username", "password", "revalidate", "caFile", "allowNetworks");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private MirrorFile() {}

  /**
   * What the file says, by prefix, the longest first; nothing when it is not there.
   *
   * @throws IOException when it cannot be read, or others than its owner may, or what it says is
   *     wrong; passwords are in no message
   */
  static List<Mirror> read(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
    modes.remove(PosixFilePermission.OWNER_READ);
    modes.remove(PosixFilePermission.OWNER_WRITE);
    if (!modes.isEmpty() || Files.size(file) > BYTES_MAX) {
      throw new IOException(file + " must have mode 0600 and at most " + BYTES_MAX + " bytes");
    }
    List<Mirror> mirrors = new ArrayList<>();
    for (var entry : document(file).properties()) {
      try {
        mirrors.add(mirror(entry.getKey(), entry.getValue()));
      } catch (IllegalArgumentException | IOException e) {
        throw new IOException(file + ", " + entry.getKey() + ": " + e.getMessage(), e);
      }
    }
    mirrors.sort((a, b) -> b.prefix().length() - a.prefix().length());
    return List.copyOf(mirrors);
  }

  private static JsonNode document(Path file) throws IOException {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (root != null && root.isObject()) {
        return root;
      }
    } catch (JacksonException e) {
      throw new IOException(file + " is no JSON document"); // whose text is not for a log
    }
    throw new IOException(file + " is no JSON object");
  }

  private static Mirror mirror(String prefix, JsonNode json) throws IOException {
    requireName(prefix, "prefix");
    for (var field : json.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new IllegalArgumentException("there is no " + field.getKey());
      }
    }
    String path = json.path("path").asText("");
    if (!path.isEmpty()) {
      requireName(path, "path");
    }
    List<String> networks = json.path("allowNetworks").valueStream().map(JsonNode::asText).toList();
    RegistryAccess access =
        new RegistryAccess(
            URI.create(json.path("upstream").asText("")),
            credentials(json),
            authorities(json.path("caFile").asText("")),
            NetworkPolicy.of(networks));
    return new Mirror(prefix, path, duration(json.path("revalidate")), access);
  }

  private static void requireName(String text, String what) {
    if (RepositoryName.parse(text).either(name -> false, refusal -> true)) {
      throw new IllegalArgumentException(what + " must be the beginning of a repository's name");
    }
  }

  private static @Nullable RegistryCredentials credentials(JsonNode json) {
    if (json.path("username").isTextual() != json.path("password").isTextual()) {
      throw new IllegalArgumentException("username and password go together");
    }
    return json.path("username").isTextual()
        ? new RegistryCredentials(json.path("username").asText(), json.path("password").asText())
        : null;
  }

  private static Optional<SSLContext> authorities(String file) throws IOException {
    return file.isEmpty() ? Optional.empty() : Optional.of(Authorities.read(Path.of(file)));
  }

  private static Duration duration(JsonNode json) {
    if (json.isMissingNode()) {
      return REVALIDATE;
    }
    Matcher matcher = DURATION.matcher(json.asText());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("revalidate must be such as 30s, 5m, 1h or 1d");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
