package dev.gantry.build.fetch;

import dev.gantry.oci.network.NetworkPolicy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches files by HTTP and HTTPS, and nothing else. Every host, that of a redirect too, is
 * resolved and checked before it is connected to. Thread-safe.
 */
public final class HttpFetcher {
  private static final int REDIRECTS_MAX = 10;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String UNNAMED = "__unnamed__";

  private final Connector connector;
  private final FetchLimits limits;

  /** Fetches from where the policy allows. */
  public HttpFetcher(NetworkPolicy policy, FetchLimits limits) {
    this.connector = new Connector(policy, limits.silenceMax());
    this.limits = limits;
  }

  /**
   * A file that was fetched.
   *
   * @param name the last part of the path that was asked for
   * @param modified what the server says
   */
  public record Fetched(Path file, String name, long size, Optional<Instant> modified) {}

  /** Whether a source is meant to be fetched by HTTP. */
  public static boolean isHttp(String source) {
    return source.startsWith("http://") || source.startsWith("https://");
  }

  /**
   * Fetches a file; after a failure a part of it may lie there.
   *
   * @throws FetchException when the server does not have it, or does not behave
   * @throws NetworkPolicy.RefusedException when it, or a place it redirects to, is not allowed
   */
  public Fetched fetch(String url, Path into, Lifeline lifeline) throws IOException {
    URI asked = uri(url);
    URI now = asked;
    long deadline = System.nanoTime() + limits.timeMax().toNanos();
    for (int i = 0; i <= REDIRECTS_MAX; i++) {
      Answer answer = attempt(now, into, lifeline, deadline);
      switch (answer) {
        case Answer.Whole whole -> {
          return new Fetched(into, name(asked), whole.size(), whole.modified());
        }
        case Answer.Elsewhere elsewhere -> now = elsewhere.place();
      }
    }
    throw new FetchException(url + " redirects more than " + REDIRECTS_MAX + " times");
  }

  private sealed interface Answer {
    record Whole(long size, Optional<Instant> modified) implements Answer {}

    record Elsewhere(URI place) implements Answer {}
  }

  private static URI uri(String url) throws FetchException {
    try {
      URI uri = URI.create(url);
      String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new FetchException("not a URL that can be fetched: " + url);
    }
    throw new FetchException("not an http or https URL: " + url);
  }

  private Answer attempt(URI uri, Path into, Lifeline lifeline, long deadline) throws IOException {
    Socket socket = open(uri, lifeline);
    lifeline.hold(socket);
    try (socket) {
      socket.getOutputStream().write(request(uri).getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
      HttpHead head = HttpHead.read(in);
      return switch (head.status()) {
        case 200 -> new Answer.Whole(save(head.body(in), into, deadline), modified(head));
        case 301, 302, 303, 307, 308 -> new Answer.Elsewhere(redirect(uri, head));
        default -> throw new FetchException(shown(uri) + ": the server answers " + head.status());
      };
    } catch (FetchException e) {
      throw e;
    } catch (SocketTimeoutException e) {
      throw new FetchException(
          shown(uri) + ": the server says nothing for " + limits.silenceMax().toSeconds() + " s");
    } finally {
      lifeline.release(socket);
    }
  }

  private Socket open(URI uri, Lifeline lifeline) throws IOException {
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    Socket socket = connector.connect(host, port, lifeline);
    if (!secure) {
      return socket;
    }
    try {
      SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
      SSLSocket wrapped = (SSLSocket) factory.createSocket(socket, host, port, true);
      SSLParameters parameters = wrapped.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      wrapped.setSSLParameters(parameters);
      wrapped.startHandshake();
      return wrapped;
    } catch (IOException e) {
      socket.close();
      throw e;
    } finally {
      lifeline.release(socket);
    }
  }

  private static String request(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String user = uri.getUserInfo();
    String credentials =
        user == null
            ? ""
            : "Authorization: Basic "
                + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8))
                + "\r\n";
    return "GET "
        + URI.create(path + query).toASCIIString()
        + " HTTP/1.1\r\nHost: "
        + uri.getHost()
        + port
        + "\r\nUser-Agent: gantry\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
        + credentials
        + "Connection: close\r\n\r\n";
  }

  private static URI redirect(URI from, HttpHead head) throws FetchException {
    String location =
        head.header("location")
            .orElseThrow(() -> new FetchException(shown(from) + " redirects to nowhere"));
    try {
      return uri(from.resolve(location).toString());
    } catch (IllegalArgumentException e) {
      throw new FetchException(shown(from) + " redirects to what is no URL");
    }
  }

  private long save(InputStream body, Path into, long deadline) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long size = 0;
    try (OutputStream out = Files.newOutputStream(into)) {
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        size += count;
        if (size > limits.bytesMax()) {
          throw new FetchException("the file has more than " + limits.bytesMax() + " bytes");
        }
        if (System.nanoTime() > deadline) {
          throw new FetchException("took longer than " + limits.timeMax().toSeconds() + " s");
        }
        out.write(buffer, 0, count);
      }
    }
    return size;
  }

  private static Optional<Instant> modified(HttpHead head) {
    try {
      return head.header("last-modified")
          .map(text -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The last part of the path, decoded. */
  private static String name(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
    String last = path.substring(path.lastIndexOf('/') + 1).replace("+", "%2B");
    String name = URLDecoder.decode(last, StandardCharsets.UTF_8);
    boolean unusable =
        name.isEmpty()
            || name.equals(".")
            || name.equals("..")
            || name.indexOf('/') >= 0
            || name.indexOf('\0') >= 0;
    return unusable ? UNNAMED : name;
  }

  /** Without a user's name and password, and without what may be a token. */
  private static String shown(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getPath();
  }
}
