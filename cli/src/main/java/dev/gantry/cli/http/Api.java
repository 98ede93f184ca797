package dev.gantry.cli.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** One service's HTTP interface. Whatever is not 2xx is an {@link ApiException}. */
public final class Api {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Duration WORK = Duration.ofMinutes(2);
  private static final int PAGES_MAX = 1_000;

  private final String name;
  private final URI base;
  private final HttpClient http;

  /** {@code name} is what errors call the service. */
  public Api(String name, URI base) {
    this.name = name;
    this.base = base;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
  }

  /** Where the service is. */
  public URI base() {
    return base;
  }

  /** GET of a JSON document. */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return json(send(request(path).GET().timeout(ANSWER).build()));
  }

  /** GET of a list with all of its pages. */
  public ArrayNode list(String path) throws IOException, InterruptedException {
    ArrayNode items = Json.MAPPER.createArrayNode();
    String next = path;
    for (int page = 0; page < PAGES_MAX && !next.isEmpty(); page++) {
      JsonNode answer = get(next);
      answer.path("items").forEach(items::add);
      next = answer.path("next").asText("");
    }
    return items;
  }

  /** POST of a JSON document. */
  public JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return post(
        path,
        BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(body)),
        Map.of("Content-Type", "application/json"));
  }

  /** POST without a body; the service may work on it for two minutes. */
  public JsonNode post(String path) throws IOException, InterruptedException {
    return json(send(request(path).POST(BodyPublishers.noBody()).timeout(WORK).build()));
  }

  /** POST of anything; it may take as long as the sending takes. */
  public JsonNode post(String path, BodyPublisher body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path).POST(body);
    headers.forEach(request::header);
    return json(send(request.build()));
  }

  /** PUT of a body that is sent while it is made; it may take as long as that takes. */
  public void put(String path, InputStream body) throws IOException, InterruptedException {
    send(request(path).PUT(BodyPublishers.ofInputStream(() -> body)).build()).body().close();
  }

  /** POST without a body, for the place that the answer names. */
  public String location(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        send(request(path).POST(BodyPublishers.noBody()).timeout(ANSWER).build());
    response.body().close();
    return response.headers().firstValue("Location").orElseThrow();
  }

  /** How many bytes of an upload have arrived. */
  public long offset(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = send(request(path).GET().timeout(ANSWER).build());
    response.body().close();
    return response.headers().firstValueAsLong("Upload-Offset").orElse(0);
  }

  /** PATCH of a piece that begins at an offset. */
  public void patch(String path, long offset, byte[] piece)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(path)
            .method("PATCH", BodyPublishers.ofByteArray(piece))
            .header("Content-Type", "application/octet-stream")
            .header("Content-Range", offset + "-" + (offset + piece.length - 1))
            .build();
    send(request).body().close();
  }

  /** PUT without a body; the service may work on it for two minutes. */
  public JsonNode put(String path) throws IOException, InterruptedException {
    return json(send(request(path).PUT(BodyPublishers.noBody()).timeout(WORK).build()));
  }

  /** DELETE. */
  public void delete(String path) throws IOException, InterruptedException {
    send(request(path).DELETE().timeout(ANSWER).build()).body().close();
  }

  /** GET of a body that is read as it arrives; the caller closes it. */
  public InputStream stream(String path, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path).GET();
    headers.forEach(request::header);
    return send(request.build()).body();
  }

  /** The status of a GET; 0 when there is no answer. */
  public int status(String path) throws InterruptedException {
    try {
      HttpRequest request = request(path).GET().timeout(CONNECT).build();
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** A query parameter's value, encoded. */
  public static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).header("User-Agent", "gantry");
  }

  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response;
    try {
      response = http.send(request, BodyHandlers.ofInputStream());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new ApiException(0, name + " does not answer at " + base);
    }
    if (response.statusCode() / 100 != 2) {
      try (InputStream body = response.body()) {
        throw new ApiException(
            response.statusCode(), Problem.line(response.statusCode(), body.readAllBytes()));
      }
    }
    return response;
  }

  private static JsonNode json(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body()) {
      return Json.MAPPER.readTree(body);
    }
  }
}
