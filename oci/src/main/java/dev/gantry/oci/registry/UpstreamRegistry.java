package dev.gantry.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.DigestMismatchException;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.reference.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.regex.Matcher;

/**
 * A registry of others that is pulled from (OCI distribution specification 1.1): it is shown who
 * asks when it wants to know, and followed where it redirects to, within {@link RegistryAccess}.
 * Thread-safe.
 *
 * <p>Each call asks once: {@link RegistryException} is an error answer, {@link
 * dev.gantry.oci.network.NetworkPolicy.RefusedException} a redirect that is not followed, another
 * {@link IOException} no answer. A malformed repository, tag or digest is an {@link
 * IllegalArgumentException}.
 */
public final class UpstreamRegistry implements AutoCloseable {
  private static final int PARTIAL_CONTENT = 206;
  private static final int TAG_PAGES_MAX = 100;
  private static final JsonMapper JSON = new JsonMapper();

  private final RegistryHttp http;

  /** A client of the registry. */
  public UpstreamRegistry(RegistryAccess access, RegistrySettings settings) {
    this.http = new RegistryHttp(access, settings);
  }

  /**
   * A manifest or index as it came.
   *
   * @param content verified where the registry or the question named a digest
   * @param mediaType may be empty
   */
  public record Document(byte[] content, String mediaType) {}

  /**
   * A blob from some byte on, not verified.
   *
   * @param body to be closed; ends in an {@link IOException} when the connection breaks
   * @param size of the whole blob, if the registry says so
   */
  public record BlobStream(InputStream body, OptionalLong size) {}

  /** What a tag or digest stands for now; empty when the registry does not say. */
  public Optional<Digest> digest(String repository, String reference) throws IOException {
    HttpRequest request = manifestRequest(repository, reference).HEAD().build();
    return named(http.sendDiscarding(request));
  }

  /**
   * A manifest or index by tag or digest.
   *
   * @throws DigestMismatchException when it is not what the question, or the answer, says
   * @throws InvalidImageException when it is longer than 4 MiB
   */
  public Document manifest(String repository, String reference) throws IOException {
    HttpResponse<InputStream> response =
        http.send(manifestRequest(repository, reference).GET().build());
    byte[] content;
    try (InputStream body = response.body()) {
      content = body.readNBytes(RegistryClient.MANIFEST_BYTES_MAX + 1);
    }
    if (content.length > RegistryClient.MANIFEST_BYTES_MAX) {
      throw new InvalidImageException(
          "manifest", "longer than " + RegistryClient.MANIFEST_BYTES_MAX + " bytes");
    }
    Optional<Digest> expected = Digest.tryParse(reference).or(() -> named(response));
    if (expected.isPresent()) {
      Digest actual = Digest.of(expected.get().algorithm(), content);
      if (!actual.equals(expected.get())) {
        throw new DigestMismatchException(expected.get().toString(), actual.toString());
      }
    }
    return new Document(content, RegistryClient.contentType(response));
  }

  private HttpRequest.Builder manifestRequest(String repository, String reference) {
    return http.request(RegistryClient.manifestPath(repository, reference))
        .header("Accept", RegistryClient.MANIFEST_TYPES);
  }

  private static Optional<Digest> named(HttpResponse<?> response) {
    return response.headers().firstValue("Docker-Content-Digest").flatMap(Digest::tryParse);
  }

  /** How many bytes a blob has; empty when the registry does not say. */
  public OptionalLong blobSize(String repository, Digest digest) throws IOException {
    HttpRequest request = http.request(RegistryClient.blobPath(repository, digest)).HEAD().build();
    return http.sendDiscarding(request).headers().firstValueAsLong("Content-Length");
  }

  /** A blob from this byte on. A registry that knows no ranges sends what was there before, too. */
  public BlobStream blob(String repository, Digest digest, long position) throws IOException {
    HttpRequest.Builder request = http.request(RegistryClient.blobPath(repository, digest)).GET();
    if (position > 0) {
      request.header("Range", "bytes=" + position + "-");
    }
    HttpResponse<InputStream> response = http.send(request.build());
    InputStream body = response.body();
    try {
      if (position == 0 || response.statusCode() != PARTIAL_CONTENT) {
        body.skipNBytes(position);
        return new BlobStream(body, response.headers().firstValueAsLong("Content-Length"));
      }
      String range = response.headers().firstValue("Content-Range").orElse("");
      if (!range.startsWith("bytes " + position + "-")) {
        throw new IOException("a registry answered with another range than was asked for");
      }
      return new BlobStream(body, total(range));
    } catch (IOException e) {
      body.close();
      throw e;
    }
  }

  private static OptionalLong total(String range) {
    String total = range.substring(range.indexOf('/') + 1);
    return total.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(total))
        : OptionalLong.empty();
  }

  /** So many tags of a repository at most, in byte order, after {@code last}. */
  public List<String> tags(String repository, String last, int limit) throws IOException {
    TreeSet<String> tags = new TreeSet<>();
    String query = "tags/list?n=" + limit;
    if (!last.isEmpty()) {
      query += "&last=" + URLEncoder.encode(last, StandardCharsets.UTF_8);
    }
    Optional<URI> page = Optional.of(http.resolve(RegistryClient.path(repository) + query));
    for (int i = 0; page.isPresent() && tags.size() < limit && i < TAG_PAGES_MAX; i++) {
      page = readTags(http.send(http.request(page.get()).GET().build()), last, tags);
    }
    return tags.stream().limit(limit).toList();
  }

  /** Where the next page is. A registry that does not know pages sends everything. */
  private Optional<URI> readTags(
      HttpResponse<InputStream> response, String last, TreeSet<String> into) throws IOException {
    try (InputStream body = response.body()) {
      for (JsonNode tag :
          JSON.readTree(body.readNBytes(RegistryClient.MANIFEST_BYTES_MAX)).path("tags")) {
        String name = tag.asText();
        if (Reference.isTag(name) && name.compareTo(last) > 0) {
          into.add(name);
        }
      }
    }
    Matcher next =
        RegistryClient.NEXT_PAGE.matcher(response.headers().firstValue("Link").orElse(""));
    try {
      // Only path and query: a next page is nowhere else.
      return next.find() ? Optional.of(place(response.uri(), next.group(1))) : Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException("a registry named a strange place for a next page", e);
    }
  }

  private URI place(URI page, String link) {
    URI next = page.resolve(link);
    String query = next.getRawQuery() == null ? "" : "?" + next.getRawQuery();
    return http.resolve(next.getRawPath() + query);
  }

  /** Ends the connections; calls under way fail. */
  @Override
  public void close() {
    http.close();
  }
}
