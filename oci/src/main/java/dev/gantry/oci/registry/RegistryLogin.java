package dev.gantry.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows a registry what it wants to see: a password, or a token that it names a server for (CNCF
 * distribution, token authentication). Nothing is shown to anybody else: not to other hosts that
 * answers name, and to token servers over TLS only, unless the registry itself is without.
 */
final class RegistryLogin {
  private static final int UNAUTHORIZED = 401;
  private static final int ANSWER_BYTES_MAX = 256 * 1024;
  private static final int TOKENS_MAX = 1000;

  /** What a token is good for when its server does not say. */
  private static final long SECONDS_UNSAID = 60;

  /** A token that ends sooner is not used any more. */
  private static final long SECONDS_LEFT_MIN = 10;

  private static final JsonMapper JSON = new JsonMapper();

  private record Shown(String header, long untilNanos) {}

  private final URI base;
  private final @Nullable RegistryCredentials credentials;
  private final @Nullable Redirects elsewhere;
  private final Map<String, Shown> shown = new ConcurrentHashMap<>();

  RegistryLogin(URI base, @Nullable RegistryCredentials credentials) {
    this(base, credentials, null);
  }

  /** Asks only such servers of tokens as redirects may lead to. */
  RegistryLogin(
      URI base, @Nullable RegistryCredentials credentials, @Nullable Redirects elsewhere) {
    this.base = base;
    this.credentials = credentials;
    this.elsewhere = elsewhere;
  }

  /** The request with what the registry wanted to see for its like; as it is before that. */
  HttpRequest with(HttpRequest request) {
    Shown known = shown.get(place(request));
    if (known == null || known.untilNanos() - System.nanoTime() < 0 || !isOurs(request.uri())) {
      return request;
    }
    return HttpRequest.newBuilder(request, (_, _) -> true)
        .setHeader("Authorization", known.header())
        .build();
  }

  private boolean isOurs(URI uri) {
    return base.getScheme().equals(uri.getScheme())
        && base.getRawAuthority().equals(uri.getRawAuthority());
  }

  /** What the registry judges by: the repository, and whether something is changed there. */
  private static String place(HttpRequest request) {
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    String path = request.uri().getPath().replaceFirst("/(manifests|blobs|tags)/.*", "");
    return (reads ? "reads " : "writes ") + path;
  }

  /**
   * Whether something can be shown after this answer that was not shown before.
   *
   * @throws RegistryException when the server of tokens gives none
   */
  boolean learn(HttpClient client, HttpRequest request, HttpResponse<?> answer, Duration patience)
      throws IOException {
    if (answer.statusCode() != UNAUTHORIZED || !isOurs(request.uri())) {
      return false;
    }
    Optional<Shown> learned =
        switch (Challenge.of(answer.headers()).orElse(null)) {
          case null -> Optional.empty();
          case Challenge.Basic _ -> basic(request);
          case Challenge.Bearer bearer -> Optional.of(token(client, bearer, patience));
        };
    if (learned.isEmpty()) {
      return false;
    }
    if (shown.size() >= TOKENS_MAX) {
      shown.clear();
    }
    shown.put(place(request), learned.get());
    return true;
  }

  /** A password that was refused is not shown again. */
  private Optional<Shown> basic(HttpRequest request) {
    boolean refused = request.headers().firstValue("Authorization").isPresent();
    return credentials == null || refused
        ? Optional.empty()
        : Optional.of(new Shown(credentials.basic(), System.nanoTime() + Long.MAX_VALUE / 2));
  }

  private Shown token(HttpClient client, Challenge.Bearer bearer, Duration patience)
      throws IOException {
    URI question = question(bearer);
    HttpRequest.Builder request = HttpRequest.newBuilder(question).timeout(patience).GET();
    if (credentials != null) {
      request.header("Authorization", credentials.basic());
    }
    HttpResponse<InputStream> answer;
    try {
      answer = client.send(request.build(), _ -> new TimedBody(patience));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking for a token");
    }
    try (InputStream body = answer.body()) {
      String what = "GET " + question;
      if (answer.statusCode() != 200) {
        throw new RegistryException(
            what,
            answer.statusCode(),
            "UNAUTHORIZED",
            "no token given",
            RetryAfter.of(answer.headers()));
      }
      JsonNode json = JSON.readTree(body.readNBytes(ANSWER_BYTES_MAX));
      String token = json.path("token").asText(json.path("access_token").asText(""));
      if (!token.matches("[!-~]+")) {
        throw new RegistryException(what, UNAUTHORIZED, "UNAUTHORIZED", "an answer without token");
      }
      long seconds = json.path("expires_in").asLong(SECONDS_UNSAID) - SECONDS_LEFT_MIN;
      Duration good = Duration.ofSeconds(Math.clamp(seconds, 1, Duration.ofDays(1).toSeconds()));
      return new Shown("Bearer " + token, System.nanoTime() + good.toNanos());
    }
  }

  private URI question(Challenge.Bearer bearer) throws IOException {
    URI question;
    try {
      question = bearer.question();
    } catch (IllegalArgumentException e) {
      throw new IOException("a registry named a strange server of tokens: " + bearer.realm(), e);
    }
    boolean plain = "http".equals(question.getScheme()) && "http".equals(base.getScheme());
    if (question.getHost() == null || !(plain || "https".equals(question.getScheme()))) {
      throw new IOException("a registry named a server of tokens without TLS: " + bearer.realm());
    }
    if (elsewhere != null) {
      elsewhere.check(question);
    }
    return question;
  }
}
