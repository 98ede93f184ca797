package dev.gantry.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.oci.content.DigestMismatchException;
import dev.gantry.oci.image.InvalidImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Sends requests, again where that is safe and may help, and turns error answers into exceptions.
 */
final class RegistryHttp implements AutoCloseable {
  private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(429, 500, 502, 503, 504);
  private static final int ERROR_BYTES_MAX = 64 * 1024;
  private static final int MESSAGE_CHARACTERS_MAX = 500;
  private static final JsonMapper JSON = new JsonMapper();

  private final URI base;
  private final RegistrySettings settings;
  private final HttpClient client;
  private final Optional<RegistryLogin> login;
  private final Optional<Redirects> redirects;

  /** With a login, no redirect is followed: what was shown to one host is not for another. */
  RegistryHttp(URI base, RegistrySettings settings, Optional<RegistryLogin> login) {
    this.base = base;
    this.settings = settings;
    this.login = login;
    this.redirects = Optional.empty();
    this.client =
        client(settings, login.isPresent() ? HttpClient.Redirect.NEVER : HttpClient.Redirect.NORMAL)
            .build();
  }

  /** Shows to the registry alone who asks, and follows redirects as far as that is allowed. */
  RegistryHttp(RegistryAccess access, RegistrySettings settings) {
    this.base = access.base();
    this.settings = settings;
    this.redirects = Optional.of(new Redirects(access.base(), access.elsewhere()));
    this.login =
        Optional.of(new RegistryLogin(access.base(), access.credentials(), redirects.get()));
    HttpClient.Builder builder = client(settings, HttpClient.Redirect.NEVER);
    access.tls().ifPresent(builder::sslContext);
    this.client = builder.build();
  }

  private static HttpClient.Builder client(
      RegistrySettings settings, HttpClient.Redirect redirects) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(redirects)
        .connectTimeout(settings.connectMax());
  }

  /** Something that may be tried again from its start. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException;
  }

  HttpRequest.Builder request(String path) {
    return request(base.resolve(path));
  }

  HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(settings.silenceMax());
  }

  /** A place that an answer named, absolute or not. */
  URI resolve(String location) {
    return base.resolve(location);
  }

  Duration silenceMax() {
    return settings.silenceMax();
  }

  int triesMax() {
    return settings.triesMax();
  }

  /** Runs it until it succeeds, fails for good, or was tried often enough. */
  <T> T retrying(Attempt<T> attempt) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return attempt.run();
      } catch (IOException e) {
        if (tries >= settings.triesMax() || !isWorthAnotherTry(e)) {
          throw e;
        }
        pause(tries);
      }
    }
  }

  static boolean isWorthAnotherTry(IOException e) {
    return switch (e) {
      case RegistryException answered -> WORTH_ANOTHER_TRY.contains(answered.status());
      case InterruptedIOException interrupted -> false;
      case InvalidImageException invalid -> false;
      case DigestMismatchException mismatch -> false;
      default -> true;
    };
  }

  /** Waits before the next try: twice as long each time. */
  void pause(int triesBefore) throws InterruptedIOException {
    try {
      Thread.sleep(settings.backoff().multipliedBy(1L << Math.min(triesBefore - 1, 10)));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Sends once; an answer of 400 and above becomes an exception. The body must be closed. */
  HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    HttpResponse<InputStream> response = exchange(request);
    if (hasLearned(request, response)) {
      response.body().close();
      response = exchange(request);
    }
    if (redirects.isPresent()) {
      response = followed(request, response, redirects.get());
    }
    return accepted(request, response);
  }

  private HttpResponse<InputStream> followed(
      HttpRequest request, HttpResponse<InputStream> first, Redirects allowed) throws IOException {
    HttpResponse<InputStream> response = first;
    for (int i = 0; Redirects.is(response); i++) {
      response.body().close();
      if (i == Redirects.MAX) {
        throw new IOException(request.uri() + " redirects more than " + i + " times");
      }
      response = exchange(allowed.next(request, response));
    }
    return response;
  }

  /**
   * As {@link #send}, for a body that can be read once: where the registry wants to see something
   * else, another try shows it.
   */
  HttpResponse<InputStream> sendOnce(HttpRequest request) throws IOException {
    HttpResponse<InputStream> response = exchange(request);
    if (hasLearned(request, response)) {
      response.body().close();
      throw new IOException(request.uri() + " wants another token");
    }
    return accepted(request, response);
  }

  private boolean hasLearned(HttpRequest request, HttpResponse<InputStream> response)
      throws IOException {
    return login.isPresent()
        && login.get().learn(client, login.get().with(request), response, settings.silenceMax());
  }

  private HttpResponse<InputStream> exchange(HttpRequest request) throws IOException {
    HttpRequest authorized = login.map(one -> one.with(request)).orElse(request);
    try {
      return client.send(authorized, info -> new TimedBody(settings.silenceMax()));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static HttpResponse<InputStream> accepted(
      HttpRequest request, HttpResponse<InputStream> response) throws IOException {
    if (response.statusCode() >= 400) {
      try (InputStream body = response.body()) {
        throw failure(request, response, body);
      }
    }
    return response;
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while talking to a registry");
  }

  /** As {@link #send}, for answers whose body means nothing. */
  HttpResponse<InputStream> sendDiscarding(HttpRequest request) throws IOException {
    HttpResponse<InputStream> response = send(request);
    try (InputStream body = response.body()) {
      body.readNBytes(ERROR_BYTES_MAX);
    }
    return response;
  }

  private static RegistryException failure(
      HttpRequest request, HttpResponse<InputStream> response, InputStream body) {
    String what = request.method() + " " + request.uri();
    int status = response.statusCode();
    Optional<Duration> wait = RetryAfter.of(response.headers());
    try {
      JsonNode error = JSON.readTree(body.readNBytes(ERROR_BYTES_MAX)).path("errors").path(0);
      String message = error.path("message").asText("");
      String bounded = message.substring(0, Math.min(message.length(), MESSAGE_CHARACTERS_MAX));
      return new RegistryException(what, status, error.path("code").asText(""), bounded, wait);
    } catch (IOException notJson) {
      return new RegistryException(what, status, "", "", wait);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
