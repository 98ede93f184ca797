package dev.gantry.oci.registry;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Brings blobs into a registry: POST, then PUT with the whole body; small ones in one POST, where
 * the registry takes them so. Thread-safe.
 */
final class BlobUpload {
  private static final int CREATED = 201;

  /** Slower than this and an upload is given up. */
  private static final long BYTES_PER_SECOND_MIN = 256 * 1024;

  /** What a registry that takes no body with the POST reads in vain, once. */
  private static final long AT_ONCE_BYTES_MAX = 4L << 20;

  private final RegistryHttp http;
  private volatile boolean atOnce;

  /**
   * Uploads to one registry.
   *
   * @param atOnce whether it may take a blob with the POST: if not, it is asked for once in vain
   */
  BlobUpload(RegistryHttp http, boolean atOnce) {
    this.http = http;
    this.atOnce = atOnce;
  }

  /** Sends it once; each call begins a new upload. */
  boolean push(String uploadsPath, Descriptor blob, BlobSource source) throws IOException {
    URI place;
    if (atOnce && blob.size() <= AT_ONCE_BYTES_MAX) {
      URI all = http.resolve(uploadsPath + "?digest=" + blob.digest());
      HttpResponse<InputStream> answer = send(all, "POST", blob, source);
      if (answer.statusCode() == CREATED) {
        return true;
      }
      atOnce = false;
      place = location(answer);
    } else {
      HttpRequest begin = http.request(uploadsPath).POST(BodyPublishers.noBody()).build();
      place = location(http.sendDiscarding(begin));
    }
    var _ = send(withQuery(place, "digest=" + blob.digest()), "PUT", blob, source);
    return true;
  }

  private HttpResponse<InputStream> send(
      URI target, String method, Descriptor blob, BlobSource source) throws IOException {
    Duration patience = http.silenceMax().plusSeconds(blob.size() / BYTES_PER_SECOND_MIN);
    try (InputStream in = source.open()) {
      HttpRequest request =
          http.request(target)
              .timeout(patience)
              .header("Content-Type", "application/octet-stream")
              .method(method, body(in, blob.size()))
              .build();
      HttpResponse<InputStream> response = http.sendOnce(request);
      response.body().close();
      return response;
    }
  }

  private static BodyPublisher body(InputStream in, long size) {
    return size == 0
        ? BodyPublishers.noBody()
        : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> in), size);
  }

  /** Whether the registry mounted it; an upload that it began instead is given up. */
  boolean mount(String uploadsPath, Digest digest, String from) throws IOException {
    String query = "?mount=" + digest + "&from=" + from;
    HttpRequest request = http.request(uploadsPath + query).POST(BodyPublishers.noBody()).build();
    HttpResponse<InputStream> response = http.sendDiscarding(request);
    if (response.statusCode() == CREATED) {
      return true;
    }
    try {
      http.sendDiscarding(http.request(location(response)).DELETE().build());
    } catch (RegistryException notCancelled) {
      // The registry forgets it in time; that it was not mounted is all that matters.
    }
    return false;
  }

  private URI location(HttpResponse<InputStream> response) throws IOException {
    String location =
        response
            .headers()
            .firstValue("Location")
            .orElseThrow(() -> new IOException("a registry began an upload without a Location"));
    URI place = http.resolve(location);
    if (!"http".equals(place.getScheme()) && !"https".equals(place.getScheme())) {
      throw new IOException("a registry named a strange place for an upload: " + place);
    }
    return place;
  }

  private static URI withQuery(URI place, String parameter) {
    return URI.create(place + (place.getRawQuery() == null ? "?" : "&") + parameter);
  }
}
