package dev.gantry.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A registry as a client sees it: plain HTTP, nothing of ours in between. */
public final class Registry {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final URI base;

  /** The registry at this URL. */
  public Registry(URI base) {
    this.base = base;
  }

  /** One request, any method; headers as name, value, name, value. */
  public HttpResponse<byte[]> call(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** Uploads a blob in one request and returns its digest. */
  public String blob(String repository, byte[] content) throws IOException, InterruptedException {
    String digest = Digest.of(content).toString();
    var response = call("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content);
    if (response.statusCode() != 201) {
      throw new AssertionError(response.statusCode() + " " + text(response));
    }
    return digest;
  }

  /** Opens an upload and returns its location. */
  public String upload(String repository) throws IOException, InterruptedException {
    var response = call("POST", "/v2/" + repository + "/blobs/uploads/", null);
    if (response.statusCode() != 202) {
      throw new AssertionError(response.statusCode() + " " + text(response));
    }
    return header(response, "Location");
  }

  /** Pushes config and layers, and returns the manifest that refers to them, not yet pushed. */
  public byte[] manifest(String repository, String config, String... layers)
      throws IOException, InterruptedException {
    StringBuilder blobs = new StringBuilder();
    for (String layer : layers) {
      byte[] content = bytes(layer);
      String digest = blob(repository, content);
      blobs
          .append(blobs.isEmpty() ? "" : ",")
          .append(descriptor(MediaTypes.OCI_LAYER_TAR, digest, content.length));
    }
    byte[] content = bytes(config);
    String digest = blob(repository, content);
    return bytes(
        "{\"schemaVersion\":2,\"mediaType\":\""
            + MediaTypes.OCI_MANIFEST
            + "\",\"config\":"
            + descriptor(MediaTypes.OCI_CONFIG, digest, content.length)
            + ",\"layers\":["
            + blobs
            + "]}");
  }

  /** A descriptor as JSON. */
  public static String descriptor(String mediaType, String digest, long size) {
    return "{\"mediaType\":\""
        + mediaType
        + "\",\"digest\":\""
        + digest
        + "\",\"size\":"
        + size
        + "}";
  }

  /** Puts a manifest of an image. */
  public HttpResponse<byte[]> putManifest(String repository, String reference, byte[] manifest)
      throws IOException, InterruptedException {
    return call(
        "PUT",
        "/v2/" + repository + "/manifests/" + reference,
        manifest,
        "Content-Type",
        MediaTypes.OCI_MANIFEST);
  }

  /** The codes of an answer in the form of the distribution-spec. */
  public static List<String> codes(HttpResponse<byte[]> response) throws IOException {
    JsonNode errors = JSON.readTree(response.body()).path("errors");
    return errors.valueStream().map(error -> error.path("code").asText()).toList();
  }

  /** A body as JSON. */
  public static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    return JSON.readTree(response.body());
  }

  /** A header that must be there. */
  public static String header(HttpResponse<?> response, String name) {
    return response
        .headers()
        .firstValue(name)
        .orElseThrow(
            () ->
                new AssertionError(
                    name
                        + " is missing in "
                        + response.headers().map().keySet().stream()
                            .collect(Collectors.joining(", "))));
  }

  /** A body as text. */
  public static String text(HttpResponse<byte[]> response) {
    return text(response.body());
  }

  /** Bytes as text. */
  public static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Text as a body. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
