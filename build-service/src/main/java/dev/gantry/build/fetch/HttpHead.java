package dev.gantry.build.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The beginning of an HTTP/1.1 answer (RFC 9112). */
record HttpHead(int status, Map<String, String> headers) {
  private static final int BYTES_MAX = 64 * 1024;
  private static final int INTERIM_MAX = 16;

  /** Reads it, past answers that are only interim (1xx). */
  static HttpHead read(InputStream in) throws IOException {
    for (int i = 0; i < INTERIM_MAX; i++) {
      HttpHead head = readOne(in);
      if (head.status() >= 200) {
        return head;
      }
    }
    throw new FetchException("the server answers with nothing but interim answers");
  }

  private static HttpHead readOne(InputStream in) throws IOException {
    int[] left = {BYTES_MAX};
    String[] status = line(in, left).split(" ", 3);
    if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("\\d{3}")) {
      throw new FetchException("the server does not answer as an HTTP server");
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.putIfAbsent(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip());
      }
    }
    return new HttpHead(Integer.parseInt(status[1]), headers);
  }

  /** A line without its end; counts down what is left to read. */
  static String line(InputStream in, int[] left) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new FetchException("the server ended the connection within its answer");
      }
      left[0]--;
      if (left[0] < 0) {
        throw new FetchException("the server's header is longer than " + BYTES_MAX + " bytes");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The body as it is meant: as long as the server says, chunks put together. */
  InputStream body(InputStream in) throws FetchException {
    Optional<String> encoding = header("transfer-encoding");
    if (encoding.isPresent()) {
      if (!encoding.get().equalsIgnoreCase("chunked")) {
        throw new FetchException(
            "the server sends " + encoding.get() + ", which is not understood");
      }
      return new HttpBody(in, HttpBody.CHUNKED);
    }
    Optional<String> length = header("content-length");
    if (length.isEmpty()) {
      return in;
    }
    if (!length.get().matches("\\d{1,18}")) {
      throw new FetchException("the server names no length: " + length.get());
    }
    return new HttpBody(in, Long.parseLong(length.get()));
  }
}
